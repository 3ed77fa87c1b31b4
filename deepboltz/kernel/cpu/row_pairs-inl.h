// Two rows of 16-bit integers in one dot product: their lanes interleaved, times a pair of factors.
#if defined(DEEPBOLTZ_KERNEL_CPU_ROW_PAIRS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPBOLTZ_KERNEL_CPU_ROW_PAIRS_INL_H_
#undef DEEPBOLTZ_KERNEL_CPU_ROW_PAIRS_INL_H_
#else
#define DEEPBOLTZ_KERNEL_CPU_ROW_PAIRS_INL_H_
#endif

#include <cstring>

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/integer_blocks-inl.h"

#if !DEEPBOLTZ_PLAIN_BLOCKS
HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

// Two rows interleaved: lanes of (row, next row) for columns 0–3, 8–11, … and for the others.
struct RowPair {
  hn::Vec<I16> lower, upper;
  HWY_INLINE RowPair(const std::byte* first, const std::byte* second, std::size_t part) {
    const auto a = load_row(first, part), b = load_row(second, part);
    lower = hn::InterleaveLower(a, b);
    upper = hn::InterleaveUpper(I16(), a, b);
  }
};

// sum[lane] += Σ over the pair in a lane of rows·changes
HWY_INLINE hn::Vec<I32> add_pair(hn::Vec<I32> sum, hn::Vec<I16> rows, hn::Vec<I16> changes) {
#if HWY_TARGET == HWY_AVX3_DL && defined(__GNUC__)
  asm("vpdpwssd %2, %1, %0" : "+v"(sum.raw) : "v"(rows.raw), "v"(changes.raw));  // as widen_add
  return sum;
#elif HWY_ARCH_X86 && HWY_TARGET <= HWY_SSE4  // not the emulated vectors that some compilers get
  auto none = hn::Zero(I32());
  return hn::ReorderWidenMulAccumulate(I32(), rows, changes, sum, none);  // here: of neighbouring lanes
#else
  const auto low = [](auto x) { return hn::ShiftRight<16>(hn::ShiftLeft<16>(hn::BitCast(I32(), x))); };
  const auto high = [](auto x) { return hn::ShiftRight<16>(hn::BitCast(I32(), x)); };
  return hn::Add(sum, hn::Add(hn::Mul(low(rows), low(changes)), hn::Mul(high(rows), high(changes))));
#endif
}

// The sums of kVectors vectors of columns over a list of rows, padded to a multiple of four; a place is 2^kShift bytes.
// lower[v] has the columns that RowPair::lower has.
template <std::size_t kVectors, int kShift = 0> struct PairSums {
  hn::Vec<I32> lower[kVectors], upper[kVectors];

  HWY_INLINE PairSums(const std::byte* rows, const std::uint16_t* places, const std::int16_t* factors,
                      std::int64_t length) {
    const I32 d;
    hn::Vec<I32> sums[2][2][kVectors];  // two chains, so that neither waits for itself
    for (auto& chain : sums)
      for (auto& side : chain)
        for (auto& sum : side) sum = hn::Zero(d);
    for (std::int64_t t = 0; t < length; t += 4)
      for (std::int64_t pair = 0; pair < 2; ++pair) {
        std::int32_t both;
        std::memcpy(&both, factors + t + 2 * pair, 4);
        const auto by = hn::BitCast(I16(), hn::Set(d, both));
        const std::byte *first = rows + (std::size_t(places[t + 2 * pair]) << kShift),
                        *second = rows + (std::size_t(places[t + 2 * pair + 1]) << kShift);
        for (std::size_t v = 0; v < kVectors; ++v) {
          const RowPair two(first, second, v);
          sums[pair][0][v] = add_pair(sums[pair][0][v], two.lower, by);
          sums[pair][1][v] = add_pair(sums[pair][1][v], two.upper, by);
        }
      }
    for (std::size_t v = 0; v < kVectors; ++v) {
      lower[v] = hn::Add(sums[0][0][v], sums[1][0][v]);
      upper[v] = hn::Add(sums[0][1][v], sums[1][1][v]);
    }
  }
};

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
