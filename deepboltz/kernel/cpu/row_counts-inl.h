// How often units of two layers are on together, by rows of bytes (simd::CaseRows; bit_counts-inl.h counts bits). Costs
// what is on, however many planes the upper layer's counts have, and no popcount.
#if defined(DEEPBOLTZ_KERNEL_CPU_ROW_COUNTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPBOLTZ_KERNEL_CPU_ROW_COUNTS_INL_H_
#undef DEEPBOLTZ_KERNEL_CPU_ROW_COUNTS_INL_H_
#else
#define DEEPBOLTZ_KERNEL_CPU_ROW_COUNTS_INL_H_
#endif

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/integer_blocks-inl.h"
#include "deepboltz/kernel/cpu/integer_update_simd.h"
#include "deepboltz/kernel/cpu/row_lists-inl.h"

#if !DEEPBOLTZ_PLAIN_BLOCKS
HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

using simd::CaseRows;
using simd::UpdateWork;
using U8 = hn::CappedTag<std::uint8_t, 64>;
constexpr std::size_t kByteLanes = hn::MaxLanes(U8());

// What 64 units from a pair of blocks on count in a case, a byte each; complement: W less that.
struct CaseCounts {
  hn::Vec<U8> bytes[64 / kByteLanes];

  HWY_INLINE CaseCounts(const CaseBits& upper, std::int64_t pair, std::int64_t r, bool complement = false) {
    const U8 d;
    const std::int64_t words = std::min<std::int64_t>(2, upper.blocks() - 2 * pair);
    for (auto& b : bytes) b = hn::Set(d, std::uint8_t(complement ? upper.whole() : 0));
    for (int plane = 0; plane < upper.planes(); ++plane) {
      const std::uint32_t* from = upper.by_case(plane).row(r) + 2 * pair;
      const std::uint64_t bits = words == 2 ? from[0] | std::uint64_t(from[1]) << 32 : from[0];
      std::uint8_t mask[16] = {};  // LoadMaskBits may read eight from any of them on
      std::memcpy(mask, &bits, 8);
      const auto one = hn::Set(d, std::uint8_t(1u << plane));
      for (std::size_t v = 0; v < 64 / kByteLanes; ++v)
        bytes[v] = hn::Xor(bytes[v], hn::IfThenElseZero(hn::LoadMaskBits(d, mask + v * kByteLanes / 8), one));
    }
  }
};

HWY_INLINE void spread_cases(const CaseBits& upper, std::int64_t pair, bool complement, std::uint8_t* rows) {
  for (std::int64_t r = 0; r < upper.cases(); ++r) {
    const CaseCounts counts(upper, pair, r, complement);
    for (std::size_t v = 0; v < 64 / kByteLanes; ++v) hn::Store(counts.bytes[v], U8(), rows + 64 * r + v * kByteLanes);
  }
}

// The rows of a pair of blocks; of grey data, those of the model, and without a complement.
HWY_INLINE void spread_rows(const UpdateWork& work, std::int64_t pair) {
  std::uint8_t* rows = work.rows->pair(pair);
  if (work.data) spread_cases(work.data->upper, pair, false, rows);
  spread_cases(work.model.upper, pair, work.data != nullptr, rows + 64 * work.rows->model);
  std::fill_n(rows + 64 * work.rows->zero, 64, std::uint8_t(0));
}

// The rows that 32 lower units add.
HWY_INLINE void list_cases(const UpdateWork& work, std::int64_t tile) {
  const CaseRows& rows = *work.rows;
  for (int plane = 0; plane < rows.planes; ++plane)
    for (std::int64_t i = 0; i < 32; ++i) {
      std::uint16_t* list = rows.list(32 * tile + i, plane);
      std::int64_t on = 0;
      const auto add = [&](const CaseBits& lower, std::int64_t first) HWY_ATTR {
        const std::uint16_t* words = lower.block(tile, plane) + i;
        for (std::int64_t g = 0; g < lower.groups(); g += 2) {
          const std::uint32_t second = g + 1 < lower.groups() ? words[32 * (g + 1)] : 0;
          on += list_word<0>(words[32 * g] | second << 16, first + 16 * g, list + on);
        }
      };
      if (work.data) add(work.data->lower, 0);
      add(work.model.lower, rows.model);
      std::fill_n(list + on, 3, std::uint16_t(rows.zero));
      rows.length(32 * tile + i, plane) = std::int32_t((on + 3) / 4 * 4);
    }
}

// The first `units` units of a tile by the length of their lists, so that a loop's end can be foreseen.
template <class Length> HWY_INLINE std::array<std::uint8_t, 32> by_length(std::int64_t units, Length&& length) {
  std::array<std::uint8_t, 32> order;
  std::iota(order.begin(), order.end(), std::uint8_t(0));
  std::sort(order.begin(), order.begin() + units, [&](auto a, auto b) { return length(a) < length(b); });
  return order;
}

// Of one lower unit i and 64 upper ones, in the shape of Counts: the sums of a list's rows.
struct RowCounts {
  hn::Vec<U16> both[1][2][kParts];

  // most: rows that a byte holds
  HWY_INLINE RowCounts(const CaseRows& rows, const std::uint8_t* pair, std::int64_t most, std::int64_t i) {
    for (auto& block : both[0])
      for (auto& part : block) part = hn::Zero(U16());
    for (int plane = 0; plane < rows.planes; ++plane) {
      const std::uint16_t* list = rows.list(i, plane);
      const std::int64_t length = rows.length(i, plane);
      for (std::int64_t first = 0; first < length; first += most)
        add(pair, list + first, std::min(most, length - first), plane);
    }
  }

 private:
  HWY_INLINE void add(const std::uint8_t* rows, const std::uint16_t* list, std::int64_t length, int shift) {
    const U8 d;
    const hn::Half<U8> half;
    hn::Vec<U8> sum[64 / kByteLanes];
    for (auto& s : sum) s = hn::Zero(d);
    for (std::int64_t t = 0; t < length; t += 4) {
      std::uint64_t four;
      std::memcpy(&four, list + t, 8);
      const std::uint8_t *r0 = rows + 64 * (four & 0xFFFF), *r1 = rows + 64 * (four >> 16 & 0xFFFF),
                         *r2 = rows + 64 * (four >> 32 & 0xFFFF), *r3 = rows + 64 * (four >> 48);
      for (std::size_t v = 0; v < 64 / kByteLanes; ++v) {
        const auto row = [&](const std::uint8_t* r) HWY_ATTR { return hn::Load(d, r + v * kByteLanes); };
        sum[v] = hn::Add(sum[v], hn::Add(hn::Add(row(r0), row(r1)), hn::Add(row(r2), row(r3))));
      }
    }
    for (std::size_t v = 0; v < 64 / kByteLanes; ++v) {
      widen(hn::PromoteTo(U16(), hn::LowerHalf(half, sum[v])), v * kByteLanes, shift);
      widen(hn::PromoteTo(U16(), hn::UpperHalf(half, sum[v])), v * kByteLanes + kLanes, shift);
    }
  }

  HWY_INLINE void widen(hn::Vec<U16> sum, std::size_t column, int shift) {
    auto& to = both[0][column / 32][column % 32 / kLanes];
    to = hn::Add(to, hn::ShiftLeftSame(sum, shift));
  }
};

// The same number for all.
struct SameCounts {
  hn::Vec<U16> both[1][2][kParts];
  HWY_INLINE explicit SameCounts(std::int64_t count) {
    for (auto& block : both[0])
      for (auto& part : block) part = hn::Set(U16(), std::uint16_t(count));
  }
};

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
