#include <cstring>

#include "deepboltz/base/error.h"
#include "deepboltz/kernel/cpu/tile_product.h"

namespace deepboltz::simd {
namespace {

// The instructions one by one, on eight tiles of each thread.
struct EmulatedTiles {
  struct Registers {
    bool ready = false;
    std::byte tile[8][kTileBytes];
  };
  static Registers& registers() {
    thread_local Registers of_thread;
    return of_thread;
  }
  template <int kTile> static std::byte* tile() {
    DEEPBOLTZ_ASSERT(registers().ready);
    return registers().tile[kTile];
  }

  template <int kTile> static void zero() { std::memset(tile<kTile>(), 0, kTileBytes); }
  template <int kTile> static void load(const std::byte* from) { std::memcpy(tile<kTile>(), from, kTileBytes); }
  template <int kTile> static void store(std::int32_t* to) { std::memcpy(to, tile<kTile>(), kTileBytes); }
  template <int kSum, int kA, int kB> static void multiply_signed() {
    dot<std::int8_t>(tile<kSum>(), tile<kA>(), tile<kB>());
  }
  template <int kSum, int kA, int kB> static void multiply() {
    dot<std::uint8_t>(tile<kSum>(), tile<kA>(), tile<kB>());
  }

  template <class B> static void dot(std::byte* sums, const std::byte* a, const std::byte* b) {
    for (std::int64_t m = 0; m < 16; ++m) {
      std::int32_t sum[16];
      std::memcpy(sum, sums + 64 * m, 64);
      for (std::int64_t k = 0; k < 64; ++k) {
        const auto left = std::int32_t(a[64 * m + k]);
        for (std::int64_t n = 0; n < 16; ++n) sum[n] += left * std::int32_t(B(b[k / 4 * 64 + 4 * n + k % 4]));
      }
      std::memcpy(sums + 64 * m, sum, 64);
    }
  }
};

}  // namespace

const TileUnit& emulated_tiles() {
  static constexpr TileUnit unit{[] { EmulatedTiles::registers().ready = true; },
                                 [] { EmulatedTiles::registers().ready = false; }, &multiply_tiles<EmulatedTiles>};
  return unit;
}

}  // namespace deepboltz::simd
