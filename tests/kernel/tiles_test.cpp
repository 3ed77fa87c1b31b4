// Products in tiles against the formula of Intel's manual: by the loops that stand for AMX, and by AMX where it is.
#include "deepboltz/kernel/cpu/tiles.h"

#include <vector>

#include <gtest/gtest.h>

#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

using namespace simd;

std::vector<std::byte> random_bytes(Key key, std::int64_t count) {
  std::vector<std::byte> bytes;
  for (std::int64_t k = 0; k < count; ++k)
    bytes.push_back(std::byte(random_word(key, std::uint32_t(k), 0)));  // both ends of the range come
  return bytes;
}

TEST(Tiles, MultiplyAsTheManualSays) {
  for (const TileUnit* unit : {&emulated_tiles(), amx_tiles()}) {
    if (!unit) continue;
    for (const int planes : {2, 3})
      for (const std::int64_t depth : {1, 2, 7}) {
        const std::int64_t products = 2 * planes;
        const auto cases = random_bytes(Key{1}, depth * kTileBytes);
        const auto weights = random_bytes(Key{2}, depth * products * kTileBytes);
        std::vector<std::int32_t> sums(std::size_t(products * 256), 77);
        unit->begin();
        unit->multiply(planes, cases.data(), weights.data(), depth, sums.data());
        unit->end();
        for (std::int64_t of = 0; of < products; ++of)
          for (std::int64_t m = 0; m < 16; ++m)
            for (std::int64_t n = 0; n < 16; ++n) {
              std::int32_t exact = 0;
              for (std::int64_t k = 0; k < 64 * depth; ++k) {
                const std::byte b =
                    weights[std::size_t((k / 64 * products + of) * kTileBytes + k % 64 / 4 * 64 + 4 * n + k % 4)];
                exact += std::int32_t(cases[std::size_t(k / 64 * kTileBytes + 64 * m + k % 64)]) *
                         (of < 2 ? std::int32_t(std::int8_t(b)) : std::int32_t(b));
              }
              ASSERT_EQ(sums[std::size_t(256 * of + 16 * m + n)], exact) << of << ' ' << m << ' ' << n;
            }
      }
  }
}

}  // namespace
}  // namespace deepboltz
