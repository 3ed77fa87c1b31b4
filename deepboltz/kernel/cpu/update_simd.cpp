#include "deepboltz/kernel/cpu/update_simd.h"

// clang-format off
#include "deepboltz/kernel/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "deepboltz/kernel/cpu/update_simd.cpp"
#include "hwy/foreach_target.h"  // compiles this file once for every instruction set; must come first
// clang-format on

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

// g − l2·w − l1·sign(w)
template <class D, class V> HWY_INLINE V decayed(D d, V gradient, V weight, float l2, float l1) {
  const auto sign_l1 = hn::IfThenZeroElse(hn::Eq(weight, hn::Zero(d)), hn::CopySign(hn::Set(d, l1), weight));
  return hn::Sub(gradient, hn::MulAdd(hn::Set(d, l2), weight, sign_l1));
}

void momentum_row(const simd::Momentum& step, const float* gradient, std::int64_t size, float* velocity,
                  float* weight) {
  const Float d;
  const auto rate = hn::Set(d, step.rate), m = hn::Set(d, step.momentum);
  for_vectors(size, [&](std::int64_t i, std::size_t count) DEEPBOLTZ_STEP {
    const auto w = load(d, weight + i, count);
    const auto push = hn::Mul(rate, decayed(d, load(d, gradient + i, count), w, step.l2, step.l1));
    const auto delta = hn::MulAdd(m, load(d, velocity + i, count), push);
    store(d, delta, velocity + i, count);
    store(d, hn::Add(w, step.nesterov ? hn::MulAdd(m, delta, push) : delta), weight + i, count);
  });
}

void adam_row(const simd::Adam& step, const float* gradient, std::int64_t size, float* first_moment,
              float* second_moment, float* weight) {
  const Float d;
  for_vectors(size, [&](std::int64_t i, std::size_t count) DEEPBOLTZ_STEP {
    const auto w = load(d, weight + i, count);
    const auto g = decayed(d, load(d, gradient + i, count), w, step.l2, step.l1);
    const auto m = hn::MulAdd(hn::Set(d, step.keep_first), load(d, first_moment + i, count),
                              hn::Mul(hn::Set(d, step.take_first), g));
    const auto v = hn::MulAdd(hn::Set(d, step.keep_second), load(d, second_moment + i, count),
                              hn::Mul(hn::Set(d, step.take_second), hn::Mul(g, g)));
    const auto spread = hn::Add(hn::Sqrt(hn::Mul(hn::Set(d, step.unbias_second), v)), hn::Set(d, step.epsilon));
    store(d, m, first_moment + i, count);
    store(d, v, second_moment + i, count);
    store(d, hn::Add(w, hn::Div(hn::Mul(hn::Set(d, step.rate), m), spread)), weight + i, count);
  });
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deepboltz {
HWY_EXPORT(momentum_row);
HWY_EXPORT(adam_row);

namespace simd {

void momentum_row(const Momentum& step, const float* gradient, std::int64_t size, float* velocity, float* weight) {
  HWY_DYNAMIC_DISPATCH(momentum_row)(step, gradient, size, velocity, weight);
}

void adam_row(const Adam& step, const float* gradient, std::int64_t size, float* first_moment, float* second_moment,
              float* weight) {
  HWY_DYNAMIC_DISPATCH(adam_row)(step, gradient, size, first_moment, second_moment, weight);
}

}  // namespace simd
}  // namespace deepboltz
#endif
