// Standard normal numbers in vectors of floats, by Box & Muller (1958) on the words that normal() of rng/draw.h reads:
// unit j has the words 2j and 2j + 1 of its row. Within 4e-6 of it:
//
//   log       of a uniform number up to ½; above, −log(1 − v) by log1p, so that small radii keep their digits
//   cosine    by the nearest quarter of a turn and the sine or cosine of what is left, at most an eighth of a turn;
//             polynomials by interpolation at Chebyshev's nodes (1e-8)
//
// tests/kernel/unit_ops_test.cpp holds them to that.
#if defined(DEEPBOLTZ_KERNEL_CPU_NORMAL_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPBOLTZ_KERNEL_CPU_NORMAL_MATH_INL_H_
#undef DEEPBOLTZ_KERNEL_CPU_NORMAL_MATH_INL_H_
#else
#define DEEPBOLTZ_KERNEL_CPU_NORMAL_MATH_INL_H_
#endif

#include <numbers>

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/bernoulli_math-inl.h"
#include "deepboltz/kernel/cpu/philox-inl.h"
#include "deepboltz/kernel/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// √(−2 log u), u = (word + ½)·2⁻³²
HWY_INLINE hn::Vec<Float> radii(hn::Vec<Word> words) {
  const Float d;
  const hn::RebindToSigned<Float> d_int;
  const auto as_int = hn::BitCast(d_int, words);
  const auto above = hn::Lt(as_int, hn::Zero(d_int));  // u ≥ ½
  const auto nearer = hn::IfThenElse(above, hn::Not(as_int), as_int);
  const auto v = hn::MulAdd(hn::ConvertTo(d, nearer), hn::Set(d, 0x1p-32f), hn::Set(d, 0x1p-33f));
  const auto of_small = hn::Neg(hn::Log(d, v));
  const auto of_large = log1p_of_unit(d, hn::Div(v, hn::Sub(hn::Set(d, 1.0f), v)));
  const auto minus_log = hn::IfThenElse(hn::RebindMask(d, above), of_large, of_small);
  return hn::Sqrt(hn::Add(minus_log, minus_log));
}

// cos 2πu, u = (word + ½)·2⁻³²
HWY_INLINE hn::Vec<Float> cosines(hn::Vec<Word> words) {
  const Float d;
  const Word d_word;
  const hn::RebindToSigned<Float> d_int;
  const auto shifted = hn::Add(words, hn::Set(d_word, 1u << 29));
  const auto quarter = hn::ShiftRight<30>(shifted);
  const auto rest = hn::Sub(hn::BitCast(d_int, hn::And(shifted, hn::Set(d_word, (1u << 30) - 1))),
                            hn::Set(d_int, std::int32_t(1) << 29));
  const float unit = float(2 * std::numbers::pi * 0x1p-32);
  const auto angle = hn::MulAdd(hn::ConvertTo(d, rest), hn::Set(d, unit), hn::Set(d, unit / 2));
  const auto z = hn::Mul(angle, angle);
  auto s = hn::MulAdd(z, hn::Set(d, -0.0001958789f), hn::Set(d, 0.008332748f));
  s = hn::MulAdd(z, s, hn::Set(d, -0.16666664f));
  const auto sine = hn::MulAdd(hn::Mul(angle, z), s, angle);
  auto c = hn::MulAdd(z, hn::Set(d, 2.4547942e-05f), hn::Set(d, -0.0013888302f));
  c = hn::MulAdd(z, c, hn::Set(d, 0.041666664f));
  const auto cosine = hn::MulAdd(hn::Mul(z, z), c, hn::NegMulAdd(z, hn::Set(d, 0.5f), hn::Set(d, 1.0f)));
  // Quarter 0: cos, 1: −sin, 2: −cos, 3: sin.
  const auto one = hn::Set(d_word, 1);
  const auto odd = hn::RebindMask(d, hn::Eq(hn::And(quarter, one), one));
  const auto sign = hn::ShiftLeft<30>(hn::And(hn::Add(quarter, one), hn::Set(d_word, 2)));
  return hn::Xor(hn::IfThenElse(odd, sine, cosine), hn::BitCast(d, sign));
}

// Calls step(first unit, how many, their normal numbers) for every vector of a row.
template <class Step> HWY_INLINE void for_normal_vectors(const PhiloxRow& noise, std::int64_t units, Step step) {
  for_vectors(units, [&](std::int64_t j, std::size_t count) DEEPBOLTZ_STEP {
    const Word d;
    auto low = hn::Zero(d), high = hn::Zero(d);
    noise.words(d, std::uint32_t(2 * j), low, high);
#if HWY_TARGET == HWY_SCALAR
    const auto of_radius = low, of_angle = high;
#else
    const auto of_radius = hn::ConcatEven(d, high, low), of_angle = hn::ConcatOdd(d, high, low);
#endif
    step(j, count, hn::Mul(radii(of_radius), cosines(of_angle)));
  });
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
