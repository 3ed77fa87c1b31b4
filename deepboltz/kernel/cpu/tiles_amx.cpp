// AMX's instructions as they are; compiled with -mamx-tile -mamx-int8, and run only where amx_tiles() finds them.
// Written as assembly, because the compilers' intrinsics want the registers' numbers as text.
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "deepboltz/kernel/cpu/tile_product.h"

namespace deepboltz::simd {
namespace {

struct AmxTiles {
  template <int kTile> static void zero() { asm volatile("tilezero %%tmm%c0" : : "i"(kTile)); }
  template <int kTile> static void load(const std::byte* from) {
    asm volatile("tileloadd (%1,%2,1), %%tmm%c0" : : "i"(kTile), "r"(from), "r"(kTileDepth) : "memory");
  }
  template <int kTile> static void store(std::int32_t* to) {
    asm volatile("tilestored %%tmm%c0, (%1,%2,1)" : : "i"(kTile), "r"(to), "r"(kTileDepth) : "memory");
  }
  template <int kSum, int kA, int kB> static void multiply_signed() {
    asm volatile("tdpbusd %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kSum), "i"(kA), "i"(kB));
  }
  template <int kSum, int kA, int kB> static void multiply() {
    asm volatile("tdpbuud %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kSum), "i"(kA), "i"(kB));
  }
};

// Intel's Software Developer's Manual, volume 1, table 18-1: palette 1, eight tiles of 16 rows of 64 bytes.
struct alignas(64) Configuration {
  std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
  std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};
constexpr Configuration kConfiguration;

void begin() { asm volatile("ldtilecfg %0" : : "m"(kConfiguration)); }
void end() { asm volatile("tilerelease"); }

// Whether the processor has tiles of bytes, and Linux lets this process, all of its threads, use them.
bool granted() {
  constexpr unsigned kTile = 1u << 24, kInt8 = 1u << 25;  // CPUID, leaf 7, edx
  constexpr long kRequest = 0x1023, kTileData = 18;       // ARCH_REQ_XCOMP_PERM; the state component of tiles
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & kTile) != 0 && (d & kInt8) != 0 &&
         syscall(SYS_arch_prctl, kRequest, kTileData) == 0;
}

}  // namespace

const TileUnit* amx_tiles() {
  static constexpr TileUnit unit{&begin, &end, &multiply_tiles<AmxTiles>};
  static const bool there = granted();
  return there ? &unit : nullptr;
}

}  // namespace deepboltz::simd
