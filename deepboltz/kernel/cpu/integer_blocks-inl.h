// Rows of 32 16-bit integers in vectors, and their sums in 32 bits, kept apart by even and odd columns because that
// needs no moves between lanes.
#if defined(DEEPBOLTZ_KERNEL_CPU_INTEGER_BLOCKS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPBOLTZ_KERNEL_CPU_INTEGER_BLOCKS_INL_H_
#undef DEEPBOLTZ_KERNEL_CPU_INTEGER_BLOCKS_INL_H_
#else
#define DEEPBOLTZ_KERNEL_CPU_INTEGER_BLOCKS_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"

#include "deepboltz/kernel/integer_weights.h"

// Whether a target keeps to the plain loops: it has no vectors, or none of a size that the compiler knows.
#undef DEEPBOLTZ_PLAIN_BLOCKS
#if HWY_TARGET == HWY_SCALAR || HWY_HAVE_SCALABLE || HWY_TARGET == HWY_RVV
#define DEEPBOLTZ_PLAIN_BLOCKS 1
#else
#define DEEPBOLTZ_PLAIN_BLOCKS 0
#endif

#if !DEEPBOLTZ_PLAIN_BLOCKS
HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using I16 = hn::CappedTag<std::int16_t, 32>;
using U16 = hn::RebindToUnsigned<I16>;
using I32 = hn::RepartitionToWide<I16>;
using U32 = hn::RebindToUnsigned<I32>;
using F32 = hn::RebindToFloat<I32>;
inline constexpr std::size_t kLanes = hn::MaxLanes(I16()), kParts = 32 / kLanes;  // vectors of a row

HWY_INLINE hn::Vec<I16> load_row(const std::byte* row, std::size_t part) {
  return hn::Load(I16(), reinterpret_cast<const std::int16_t*>(row) + part * kLanes);
}
HWY_INLINE void store_row(std::byte* row, std::size_t part, hn::Vec<I16> x) {
  hn::Store(x, I16(), reinterpret_cast<std::int16_t*>(row) + part * kLanes);
}

// Rows of a block: 64 bytes each, and, of integers of 24 bits, 32 lower bytes each; else null.
struct BlockRows {
  const std::byte* top;
  const std::uint8_t* lower;
};

HWY_INLINE hn::Vec<U16> load_lower(const std::uint8_t* row, std::size_t part) {
  const hn::Rebind<std::uint8_t, U16> d;
  return hn::PromoteTo(U16(), hn::Load(d, row + part * kLanes));
}

struct Sums {
  hn::Vec<I32> even[kParts], odd[kParts];
  HWY_INLINE Sums() {}  // an implicit one would not be compiled for the target
};

// In memory: the 16 even columns, then the 16 odd ones.
HWY_INLINE Sums load_sums(const std::int32_t* from) {
  Sums sums;
  for (std::size_t part = 0; part < kParts; ++part) {
    sums.even[part] = hn::Load(I32(), from + part * kLanes / 2);
    sums.odd[part] = hn::Load(I32(), from + 16 + part * kLanes / 2);
  }
  return sums;
}
HWY_INLINE void store_sums(const Sums& sums, std::int32_t* to) {
  for (std::size_t part = 0; part < kParts; ++part) {
    hn::Store(sums.even[part], I32(), to + part * kLanes / 2);
    hn::Store(sums.odd[part], I32(), to + 16 + part * kLanes / 2);
  }
}

HWY_INLINE void widen_add(Sums& sums, std::size_t part, hn::Vec<I16> x) {
  const I32 d;
#if HWY_TARGET == HWY_AVX3_DL && defined(__GNUC__)
  // x·1 + 0 and 0 + x·1 in one instruction each. Highway looks for VNNI before it runs this target, but does not tell
  // the compiler, which therefore refuses the intrinsic.
  const auto low = hn::Set(d, 1), high = hn::Set(d, 1 << 16);
  asm("vpdpwssd %2, %1, %0" : "+v"(sums.even[part].raw) : "v"(x.raw), "v"(low.raw));
  asm("vpdpwssd %2, %1, %0" : "+v"(sums.odd[part].raw) : "v"(x.raw), "v"(high.raw));
#else
  const auto both = hn::BitCast(d, x);
  sums.even[part] = hn::Add(sums.even[part], hn::ShiftRight<16>(hn::ShiftLeft<16>(both)));
  sums.odd[part] = hn::Add(sums.odd[part], hn::ShiftRight<16>(both));
#endif
}

// Eight rows of a tile, transposed: three rounds that interleave row k with row k + 4, in every 128 bits of the
// vectors, which hold eight columns.
HWY_INLINE void turn_eight(const std::byte* from, std::byte* to) {
  const I16 d;
  const hn::Full128<std::int16_t> d8;
  for (std::size_t part = 0; part < kParts; ++part) {
    hn::Vec<I16> x[8], y[8];
    for (std::size_t k = 0; k < 8; ++k) x[k] = load_row(from + 64 * k, part);
    for (int round = 0; round < 3; ++round) {
      for (std::size_t k = 0; k < 4; ++k) {
        y[2 * k] = hn::InterleaveLower(d, x[k], x[k + 4]);
        y[2 * k + 1] = hn::InterleaveUpper(d, x[k], x[k + 4]);
      }
      for (std::size_t k = 0; k < 8; ++k) x[k] = y[k];
    }
    HWY_ALIGN std::int16_t lanes[8][kLanes];
    for (std::size_t k = 0; k < 8; ++k) hn::Store(x[k], d, lanes[k]);
    for (std::size_t k = 0; k < 8; ++k)
      for (std::size_t group = 0; group < kLanes / 8; ++group)
        hn::Store(hn::Load(d8, lanes[k] + 8 * group), d8,
                  reinterpret_cast<std::int16_t*>(to + 64 * (part * kLanes + 8 * group + k)));
  }
}

// 16 × 16 bytes, transposed: four rounds that interleave row k with row k + 8.
HWY_INLINE void turn_bytes(const std::uint8_t* from, std::uint8_t* to) {
  const hn::Full128<std::uint8_t> d;
  hn::Vec<decltype(d)> x[16], y[16];
  for (std::size_t k = 0; k < 16; ++k) x[k] = hn::LoadU(d, from + 32 * k);
  for (int round = 0; round < 4; ++round) {
    for (std::size_t k = 0; k < 8; ++k) {
      y[2 * k] = hn::InterleaveLower(d, x[k], x[k + 8]);
      y[2 * k + 1] = hn::InterleaveUpper(d, x[k], x[k + 8]);
    }
    for (std::size_t k = 0; k < 16; ++k) x[k] = y[k];
  }
  for (std::size_t k = 0; k < 16; ++k) hn::StoreU(x[k], d, to + 32 * k);
}

// to ← columns 32·first … of the weights' rows 32·block … 32·block + 31, a column a row of `to`, and a row of zeros.
HWY_INLINE void turn_rows(const IntegerWeights& weights, std::int64_t block, std::int64_t first, std::int64_t words,
                          std::byte* to) {
  for (std::int64_t word = 0; word < words; ++word) {
    const auto* tile =
        reinterpret_cast<const std::byte*>(weights.block(first + word) + 32 * weights.chunks().place(block));
    for (int down = 0; down < 4; ++down) turn_eight(tile + 64 * 8 * down, to + 64 * 32 * word + 16 * down);
  }
  for (std::size_t part = 0; part < kParts; ++part) store_row(to + 64 * 32 * words, part, hn::Zero(I16()));
}

// The same of their lower bytes.
HWY_INLINE void turn_lower(const IntegerWeights& weights, std::int64_t block, std::int64_t first, std::int64_t words,
                           std::uint8_t* to) {
  for (std::int64_t word = 0; word < words; ++word) {
    const std::uint8_t* tile = weights.lower(first + word) + 32 * weights.chunks().place(block);
    for (std::int64_t half : {0, 16})
      for (std::int64_t other : {0, 16}) turn_bytes(tile + 32 * half + other, to + 32 * (32 * word + other) + half);
  }
  std::fill_n(to + 32 * 32 * words, 32, std::uint8_t(0));
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
