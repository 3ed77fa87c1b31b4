// How often units of two layers are on together, over the cases of turned bits (case_bits.h): popcounts of words of 16
// cases, 32 columns a vector or two.
#if defined(DEEPBOLTZ_KERNEL_CPU_BIT_COUNTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPBOLTZ_KERNEL_CPU_BIT_COUNTS_INL_H_
#undef DEEPBOLTZ_KERNEL_CPU_BIT_COUNTS_INL_H_
#else
#define DEEPBOLTZ_KERNEL_CPU_BIT_COUNTS_INL_H_
#endif

#include <algorithm>

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/integer_blocks-inl.h"
#include "deepboltz/kernel/integer_update.h"

#if !DEEPBOLTZ_PLAIN_BLOCKS
HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

constexpr std::int64_t kRows = 4;            // that share a load of the upper units' words
constexpr std::int64_t kMostGroups = 2'048;  // of 16 cases, of all planes: most_counted() sees to that

// Popcounts are of 16-bit lanes, or of their two bytes where that is what a processor counts: then of at most 31 words.
#if HWY_TARGET == HWY_AVX3_DL
using Count = U16;
constexpr std::int64_t kMostWords = kMostGroups;
HWY_INLINE hn::Vec<U16> folded(hn::Vec<Count> count) { return count; }
#else
using Count = hn::Repartition<std::uint8_t, U16>;
constexpr std::int64_t kMostWords = 31;
HWY_INLINE hn::Vec<U16> folded(hn::Vec<Count> count) {
  const U16 d;
  const auto both = hn::BitCast(d, count);
  return hn::Add(hn::ShiftRight<8>(both), hn::And(both, hn::Set(d, std::uint16_t(0xFF))));
}
#endif

// The words of kRows lower units, each twice in 32 bits, plane by plane and group by group: a load spreads them over a
// vector.
struct LowerWords {
  std::uint32_t data[kRows * kMostGroups], model[kRows * kMostGroups];

  HWY_INLINE void read(const CaseBits& bits, std::int64_t row, std::int64_t rows, std::uint32_t* out) const {
    for (int plane = 0; plane < bits.planes(); ++plane) {
      const std::uint16_t* words = bits.block(row / 32, plane) + row % 32;
      for (std::int64_t g = 0; g < bits.groups(); ++g, out += kRows)
        for (std::int64_t i = 0; i < rows; ++i) out[i] = words[32 * g + i] * 0x10001u;
    }
  }
};

// How often kRowCount rows and 32·kBlocks columns are on together, over a pair of planes or all of them.
template <std::int64_t kRowCount, std::int64_t kBlocks> struct Counts {
  hn::Vec<U16> both[kRowCount][kBlocks][kParts];

  // lower: the words of the rows; columns from block `first` on
  HWY_INLINE Counts(const Ends<const CaseBits&>& states, const std::uint32_t* lower, std::int64_t first)
      : Counts(states, lower, first, 0, 0) {
    for (int a = 0; a < states.lower.planes(); ++a)
      for (int b = a == 0 ? 1 : 0; b < states.upper.planes(); ++b) add(Counts(states, lower, first, a, b), a + b);
  }

 private:
  // Planes a of the rows and b of the columns.
  HWY_INLINE Counts(const Ends<const CaseBits&>& states, const std::uint32_t* lower, std::int64_t first, int a, int b) {
    const std::int64_t groups = states.lower.groups();
    const std::uint32_t* const words = lower + kRows * groups * a;
    const std::uint16_t* upper[kBlocks];
    for (std::int64_t block = 0; block < kBlocks; ++block) upper[block] = states.upper.block(first + block, b);
    count(words, upper, 0, std::min(kMostWords, groups));
    if constexpr (kMostWords == kMostGroups) return;
    for (std::int64_t g = kMostWords; g < groups; g += kMostWords)
      add(Counts(words, upper, g, std::min(g + kMostWords, groups)), 0);
  }

  HWY_INLINE Counts(const std::uint32_t* lower, const std::uint16_t* const* upper, std::int64_t first,
                    std::int64_t last) {
    count(lower, upper, first, last);
  }

  HWY_INLINE void add(const Counts& more, int shift) {
    for (std::int64_t i = 0; i < kRowCount; ++i)
      for (std::int64_t b = 0; b < kBlocks; ++b)
        for (std::size_t part = 0; part < kParts; ++part)
          both[i][b][part] = hn::Add(both[i][b][part], hn::ShiftLeftSame(more.both[i][b][part], shift));
  }

  HWY_INLINE void count(const std::uint32_t* lower, const std::uint16_t* const* upper, std::int64_t first,
                        std::int64_t last) {
    const Count d;
    hn::Vec<Count> sum[kRowCount][kBlocks][kParts];
    for (auto& row : sum)
      for (auto& block : row)
        for (auto& part : block) part = hn::Zero(d);
    for (std::int64_t g = first; g < last; ++g)
      for (std::int64_t b = 0; b < kBlocks; ++b)
        for (std::size_t part = 0; part < kParts; ++part) {
          const auto y = hn::BitCast(d, hn::Load(U16(), upper[b] + 32 * g + std::int64_t(part * kLanes)));
          for (std::int64_t i = 0; i < kRowCount; ++i) {
            const auto x = hn::BitCast(d, hn::Set(U32(), lower[kRows * g + i]));
            sum[i][b][part] = hn::Add(sum[i][b][part], hn::PopulationCount(hn::And(x, y)));
          }
        }
    for (std::int64_t i = 0; i < kRowCount; ++i)
      for (std::int64_t b = 0; b < kBlocks; ++b)
        for (std::size_t part = 0; part < kParts; ++part) both[i][b][part] = folded(sum[i][b][part]);
  }
};

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
