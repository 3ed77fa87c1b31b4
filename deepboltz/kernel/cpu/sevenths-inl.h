// sevenths.h in vectors.
#if defined(DEEPBOLTZ_KERNEL_CPU_SEVENTHS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPBOLTZ_KERNEL_CPU_SEVENTHS_INL_H_
#undef DEEPBOLTZ_KERNEL_CPU_SEVENTHS_INL_H_
#else
#define DEEPBOLTZ_KERNEL_CPU_SEVENTHS_INL_H_
#endif

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/exact_logistic-inl.h"
#include "deepboltz/kernel/cpu/integer_blocks-inl.h"
#include "deepboltz/kernel/cpu/vectors-inl.h"
#include "deepboltz/kernel/sevenths.h"

#if !DEEPBOLTZ_PLAIN_BLOCKS
HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

// Writes k of the units of one part of a word, in `there`; part 0 first.
HWY_INLINE void store_sevenths(hn::Vec<U16> k, std::uint32_t there, std::size_t part, std::int64_t r, std::int64_t word,
                               Sevenths& out) {
  const U16 d;
  for (int b = 0; b < Sevenths::kPlanes; ++b) {
    const auto on = hn::Ne(hn::And(k, hn::Set(d, std::uint16_t(1 << b))), hn::Zero(d));
    std::uint32_t& kept = out.plane(b).row(r)[word];
    kept = (part == 0 ? 0 : kept) | ((mask_bits(d, on) << (part * kLanes)) & there);
  }
}

// The 32 sums of every case, rounded.
struct BlockRound {
  std::int64_t block, first_case;
  std::uint32_t there;  // the units that there are
  float step;           // of the sums
  Sevenths& out;

  // words: random, 32 a case, from those of this block on
  HWY_INLINE void operator()(const std::int32_t* sums, const std::uint32_t* words, std::int64_t cases) const {
    for (std::int64_t r = 0; r < cases; ++r) {
      const Sums s = load_sums(sums + 32 * r);
      for (std::size_t part = 0; part < kParts; ++part) {
        const auto u = hn::Load(U32(), words + 32 * r + part * kLanes / 2);
        const auto even = rounded(s.even[part], hn::And(u, hn::Set(U32(), 0xFFFF)));
        const auto odd = rounded(s.odd[part], hn::ShiftRight<16>(u));
        const auto k = hn::BitCast(U16(), hn::Or(even, hn::ShiftLeft<16>(odd)));
        store_sevenths(k, there, part, first_case + r, block, out);
      }
    }
  }

 private:
  HWY_INLINE hn::Vec<U32> rounded(hn::Vec<I32> sum, hn::Vec<U32> u) const {
    const F32 d;
    const auto p = logistic_steps(hn::Mul(hn::ConvertTo(d, sum), hn::Set(d, step)), kSeventhsBits);
    const auto seven = hn::BitCast(U32(), hn::Sub(hn::ShiftLeft<3>(p), p));
    return hn::ShiftRight<kSeventhsBits>(hn::Add(seven, u));
  }
};

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
