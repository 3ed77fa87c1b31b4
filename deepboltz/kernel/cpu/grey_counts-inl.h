// What grey pixels and upper units count together (simd::GreyRows): exact sums in 32 bits of pixels times counts.
#if defined(DEEPBOLTZ_KERNEL_CPU_GREY_COUNTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPBOLTZ_KERNEL_CPU_GREY_COUNTS_INL_H_
#undef DEEPBOLTZ_KERNEL_CPU_GREY_COUNTS_INL_H_
#else
#define DEEPBOLTZ_KERNEL_CPU_GREY_COUNTS_INL_H_
#endif

#include <algorithm>

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/integer_blocks-inl.h"
#include "deepboltz/kernel/cpu/row_counts-inl.h"
#include "deepboltz/kernel/cpu/row_pairs-inl.h"
#include "deepboltz/kernel/cpu/update_step-inl.h"

#if !DEEPBOLTZ_PLAIN_BLOCKS
HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

using simd::GreyRows;

// Columns 0 … kLanes−1 so that RowPair::lower has the first half of them, in order: groups of four of either half, in
// turns.
HWY_INLINE void store_for_pairs(hn::Vec<I16> columns, std::int16_t* to) {
  if constexpr (kLanes == 8) return hn::Store(columns, I16(), to);
  using Groups = hn::Repartition<std::uint64_t, I16>;
  const hn::Half<Groups> half;
  const auto groups = hn::BitCast(Groups(), columns);
  HWY_ALIGN std::uint64_t in_turns[kLanes / 4];
  hn::StoreInterleaved2(hn::LowerHalf(half, groups), hn::UpperHalf(half, groups), half, in_turns);
  hn::Store(hn::BitCast(I16(), hn::Load(Groups(), in_turns)), I16(), to);
}

HWY_INLINE void spread_grey(const GreyRows& grey, std::int64_t pair) {
  const hn::Half<U8> half;
  std::int16_t* row = grey.pair(pair);
  for (std::int64_t r = 0; r < grey.cases; ++r, row += 64) {
    const CaseCounts counts(grey.data.upper, pair, r);
    for (std::size_t v = 0; v < 64 / kByteLanes; ++v) {
      store_for_pairs(hn::PromoteTo(I16(), hn::LowerHalf(half, counts.bytes[v])), row + v * kByteLanes);
      store_for_pairs(hn::PromoteTo(I16(), hn::UpperHalf(half, counts.bytes[v])), row + v * kByteLanes + kLanes);
    }
  }
  std::fill_n(row, 64, std::int16_t(0));
}

// The cases in which 32 lower units are not black.
HWY_INLINE void list_grey(const GreyRows& grey, std::int64_t tile) {
  std::int64_t lit[32] = {};
  const std::int64_t first = 32 * tile;
  const View<const std::uint8_t> pixels = grey.data.lower.pixels().as<std::uint8_t>();
  for (std::int64_t r = 0; r < grey.cases; ++r)
    for_lit(pixels.row(r) + first, 32, [&](std::int64_t i, std::uint8_t g) HWY_ATTR {
      const std::int64_t at = (first + i) * grey.stride + lit[i]++;
      grey.places[at] = std::uint16_t(r);
      grey.pixels[at] = g;
    });
  for (std::int64_t i = 0; i < 32; ++i) {
    for (; lit[i] % 4 != 0; ++lit[i]) {
      grey.places[(first + i) * grey.stride + lit[i]] = std::uint16_t(grey.cases);
      grey.pixels[(first + i) * grey.stride + lit[i]] = 0;
    }
    grey.lengths[first + i] = std::int32_t(lit[i]);
  }
}

// Of one lower unit and 64 upper ones, in the shape of Counts.
struct GreyCounts {
  WideCount both[1][2][kParts];

  HWY_INLINE GreyCounts(const GreyRows& grey, std::int64_t pair, std::int64_t i) {
    constexpr int kRowShift = 7;  // of 64 integers
    const PairSums<2 * kParts, kRowShift> sums(reinterpret_cast<const std::byte*>(grey.pair(pair)),
                                               grey.places + i * grey.stride, grey.pixels + i * grey.stride,
                                               grey.lengths[i]);
    for (std::size_t v = 0; v < 2 * kParts; ++v) both[0][v / kParts][v % kParts] = {sums.lower[v], sums.upper[v]};
  }
};

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
