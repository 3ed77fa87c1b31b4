#include "deepboltz/kernel/cpu/leave_one_out_simd.h"

// clang-format off
#include "deepboltz/kernel/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "deepboltz/kernel/cpu/leave_one_out_simd.cpp"
#include "hwy/foreach_target.h"  // compiles this file once for every instruction set; must come first
// clang-format on

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/bernoulli_math-inl.h"
#include "deepboltz/kernel/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

HWY_INLINE hn::Vec<Float> rest(const simd::Group& group, std::int64_t j, std::size_t count) {
  const Float d;
  const auto x = load(d, group.field + j, count);
  return group.taken < 0 ? x : hn::Sub(x, load(d, group.weight + group.taken * group.stride + j, count));
}

void group_log_weights(const simd::Group& group, double* log_weight, float* slope) {
  const Float d;
  const auto one = hn::Set(d, 1.0f);
  for (std::int64_t k = 0; k < group.classes; ++k) {
    const float* weight = group.weight + k * group.stride;
    DoubleSum<Float> sum;
    for_vectors(group.hidden, [&](std::int64_t j, std::size_t count) DEEPBOLTZ_STEP {
      const auto z = hn::Add(rest(group, j, count), load(d, weight + j, count));
      const auto e = exp_of_negative(d, hn::Neg(hn::Abs(z)));
      if (slope) {
        const auto top = hn::IfThenElse(hn::Lt(z, hn::Zero(d)), e, one);
        store(d, hn::Div(top, hn::Add(one, e)), slope + k * group.hidden + j, count);
      }
      auto s = hn::Add(hn::Max(z, hn::Zero(d)), log1p_of_unit(d, e));
      if (count < hn::Lanes(d)) s = hn::IfThenElseZero(hn::FirstN(d, count), s);  // log 2 of units that are not there
      sum.add(s);
    });
    log_weight[k] = sum.value();
  }
}

void add_push(const float* slope, const float* residual, std::int64_t classes, std::int64_t hidden, float* push) {
  const Float d;
  for_vectors(hidden, [&](std::int64_t j, std::size_t count) DEEPBOLTZ_STEP {
    auto sum = load(d, push + j, count);
    for (std::int64_t k = 0; k < classes; ++k)
      sum = hn::MulAdd(hn::Set(d, residual[k]), load(d, slope + k * hidden + j, count), sum);
    store(d, sum, push + j, count);
  });
}

void add_group_gradient(const simd::Group& group, const float* residual, const float* push, float* gradient) {
  const Float d;
  for_vectors(group.hidden, [&](std::int64_t j, std::size_t count) DEEPBOLTZ_STEP {
    const auto x = rest(group, j, count);
    auto others = load(d, push + j, count);
    for (std::int64_t k = 0; k < group.classes; ++k) {
      const auto z = hn::Add(x, load(d, group.weight + k * group.stride + j, count));
      const auto step = hn::Mul(hn::Set(d, residual[k]), logistic(d, z));
      float* to = gradient + k * group.stride + j;
      store(d, hn::Add(load(d, to, count), step), to, count);
      others = hn::Sub(others, step);
    }
    float* to = gradient + group.taken * group.stride + j;
    store(d, hn::Add(load(d, to, count), others), to, count);
  });
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deepboltz {
HWY_EXPORT(group_log_weights);
HWY_EXPORT(add_push);
HWY_EXPORT(add_group_gradient);

namespace simd {

void group_log_weights(const Group& group, double* log_weight, float* slope) {
  HWY_DYNAMIC_DISPATCH(group_log_weights)(group, log_weight, slope);
}

void add_push(const float* slope, const float* residual, std::int64_t classes, std::int64_t hidden, float* push) {
  HWY_DYNAMIC_DISPATCH(add_push)(slope, residual, classes, hidden, push);
}

void add_group_gradient(const Group& group, const float* residual, const float* push, float* gradient) {
  HWY_DYNAMIC_DISPATCH(add_group_gradient)(group, residual, push, gradient);
}

}  // namespace simd
}  // namespace deepboltz
#endif
