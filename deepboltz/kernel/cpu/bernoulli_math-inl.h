// exp, logistic, log(1+t) and entropy of float vectors, for Bernoulli units. Own polynomials, because hwy/contrib/math
// spends half as much time again on ranges that do not occur here. Every multiply-add is fused where the target has it,
// in one order on every target.
//
//   exp_of_negative   x ≤ 0            relative error ≤ 2e-7 (x ≥ −87; below, 0)
//   logistic          any finite x     absolute error ≤ 2e-7; exactly 0 below −87, exactly 1 from 17 on
//   log1p_of_unit     0 ≤ t ≤ 1        relative error ≤ 4e-7
//   SumOfLog1p        0 ≤ eᵢ ≤ 1       relative error ≤ 2n·6e-8 of a sum of n
//
// tests/kernel/bernoulli_simd_test.cpp holds them to that.
#if defined(DEEPBOLTZ_KERNEL_CPU_BERNOULLI_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPBOLTZ_KERNEL_CPU_BERNOULLI_MATH_INL_H_
#undef DEEPBOLTZ_KERNEL_CPU_BERNOULLI_MATH_INL_H_
#else
#define DEEPBOLTZ_KERNEL_CPU_BERNOULLI_MATH_INL_H_
#endif

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// eˣ = 2ⁿ·eʳ, |r| ≤ ½ log 2 (log 2 in two parts: Cody & Waite 1980); eʳ = 1 + r + r²·q(r), q by interpolation at
// Chebyshev's nodes (1e-8).
template <class D, class V> HWY_INLINE V exp_of_negative(D d, V x) {
  const hn::RebindToSigned<D> d_int;
  const auto n = hn::Round(hn::Mul(x, hn::Set(d, 1.44269504f)));
  auto r = hn::NegMulAdd(n, hn::Set(d, 0.693359375f), x);
  r = hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4f), r);
  auto q = hn::MulAdd(r, hn::Set(d, 0.00139262034f), hn::Set(d, 0.00836319488f));
  q = hn::MulAdd(r, q, hn::Set(d, 0.0416665545f));
  q = hn::MulAdd(r, q, hn::Set(d, 0.166665769f));
  q = hn::MulAdd(r, q, hn::Set(d, 0.5f));
  const auto e = hn::Add(hn::MulAdd(hn::Mul(r, r), q, r), hn::Set(d, 1.0f));
  const auto exponent = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(d_int, n), hn::Set(d_int, 127)));
  return hn::IfThenElseZero(hn::Ge(x, hn::Set(d, -87.0f)), hn::Mul(e, hn::BitCast(d, exponent)));
}

// The logistic of x as a quotient: on / all, on ≤ all, 1 ≤ all ≤ 2.
template <class V> struct Odds {
  V rarer, on, all;  // rarer: e^−|x|
  template <class D> HWY_INLINE Odds(D d, V x) : rarer(exp_of_negative(d, hn::Neg(hn::Abs(x)))) {
    const auto one = hn::Set(d, 1.0f);
    on = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), rarer, one);
    all = hn::Add(one, rarer);
  }
  // u < on / all, without waiting for a division.
  HWY_INLINE hn::Mask<hn::DFromV<V>> drawn(V u) const { return hn::Lt(hn::Mul(u, all), on); }
  HWY_INLINE V mean() const { return hn::Div(on, all); }
};

template <class D, class V> HWY_INLINE V logistic(D d, V x) { return Odds<V>(d, x).mean(); }

// log(1+t) = 2 artanh s = 2s·(1 + s²·p(s²)), s = t/(2+t) ≤ 1/3, p by interpolation at Chebyshev's nodes (2e-8).
template <class D, class V> HWY_INLINE V log1p_of_unit(D d, V t) {
  const auto s = hn::Div(t, hn::Add(t, hn::Set(d, 2.0f)));
  const auto z = hn::Mul(s, s);
  auto p = hn::MulAdd(z, hn::Set(d, 0.13425749f), hn::Set(d, 0.141183099f));
  p = hn::MulAdd(z, p, hn::Set(d, 0.200037803f));
  p = hn::MulAdd(z, p, hn::Set(d, 0.333333202f));
  const auto s2 = hn::Add(s, s);
  return hn::MulAdd(hn::Mul(s2, z), p, s2);
}

// (1 + t)·(1 + e) − 1
template <class V> HWY_INLINE V times_one_plus(V t, V e) { return hn::MulAdd(t, e, hn::Add(t, e)); }

// Σ log(1 + eᵢ) of a row of vectors, 0 ≤ eᵢ ≤ 1, as log(1 + t) with 1 + t = Π (1 + eᵢ): one log for up to 96 vectors,
// of a product that is at most 2⁹⁶. A step t ← t + e + t·e rounds twice, so that the error of a sum of n is at most
// 2n·6e-8 of it, also where every eᵢ is far below 1.
template <class D> class SumOfLog1p {
 public:
  HWY_INLINE explicit SumOfLog1p(D d) : product_(hn::Zero(d)) {}
  HWY_INLINE void add(hn::Vec<D> e) { add(e, 1); }
  // The product of several factors, less 1.
  HWY_INLINE void add(hn::Vec<D> e, int factors) {
    if (factors_ + factors > 96) fold();
    product_ = times_one_plus(product_, e);
    factors_ += factors;
  }
  HWY_INLINE double value() {
    fold();
    return sum_.value();
  }

 private:
  HWY_INLINE void fold() {
    const D d;
    sum_.add(hn::Log1p(d, product_));
    product_ = hn::Zero(d);
    factors_ = 0;
  }

  hn::Vec<D> product_;
  DoubleSum<D> sum_;
  int factors_ = 0;
};

// −p log p, 0 at 0
template <class D, class V> HWY_INLINE V entropy_term(D d, V p) {
  return hn::IfThenElseZero(hn::Gt(p, hn::Zero(d)), hn::Neg(hn::Mul(p, hn::Log(d, p))));
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
