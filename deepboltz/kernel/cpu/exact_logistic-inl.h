// exact_logistic.h in vectors, operation by operation.
#if defined(DEEPBOLTZ_KERNEL_CPU_EXACT_LOGISTIC_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPBOLTZ_KERNEL_CPU_EXACT_LOGISTIC_INL_H_
#undef DEEPBOLTZ_KERNEL_CPU_EXACT_LOGISTIC_INL_H_
#else
#define DEEPBOLTZ_KERNEL_CPU_EXACT_LOGISTIC_INL_H_
#endif

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/integer_blocks-inl.h"
#include "deepboltz/kernel/exact_logistic.h"

#if !DEEPBOLTZ_PLAIN_BLOCKS
HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

// The logistic in steps of 2⁻ⁿ.
HWY_INLINE hn::Vec<I32> logistic_steps(hn::Vec<F32> x, int bits) {
  using namespace exact_logistic_constants;
  const F32 d;
  const I32 d_int;
  const auto a = hn::Neg(hn::Abs(x));
  const auto n = hn::Round(hn::Mul(a, hn::Set(d, kLog2e)));
  const auto r = hn::Sub(hn::Sub(a, hn::Mul(n, hn::Set(d, kLog2High))), hn::Mul(n, hn::Set(d, kLog2Low)));
  auto q = hn::Set(d, kQ[4]);
  for (int k = 3; k >= 0; --k) q = hn::Add(hn::Set(d, kQ[k]), hn::Mul(r, q));
  const auto mantissa = hn::Add(hn::Set(d, 1.0f), hn::Add(r, hn::Mul(hn::Mul(r, r), q)));
  const auto power = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(d_int, n), hn::Set(d_int, 127)));
  const auto e = hn::IfThenElseZero(hn::Ge(a, hn::Set(d, kFarOut)), hn::Mul(mantissa, hn::BitCast(d, power)));
  const auto one = hn::Set(d, 1.0f);
  const auto p = hn::Div(hn::IfThenElse(hn::Lt(x, hn::Zero(d)), e, one), hn::Add(one, e));
  const auto steps = hn::Add(hn::Mul(p, hn::Set(d, float(1 << bits))), hn::Set(d, 0x1.8p23f));
  return hn::Sub(hn::BitCast(d_int, steps), hn::Set(d_int, std::bit_cast<std::int32_t>(0x1.8p23f)));
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
