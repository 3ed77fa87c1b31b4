#include "deepboltz/kernel/cpu/reduce_simd.h"

// clang-format off
#include "deepboltz/kernel/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "deepboltz/kernel/cpu/reduce_simd.cpp"
#include "hwy/foreach_target.h"  // compiles this file once for every instruction set; must come first
// clang-format on

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

using Double = hn::ScalableTag<double>;
using HalfFloat = hn::Rebind<float, Double>;

void add_to_sums(const float* x, std::int64_t size, double* sum) {
  const Double d;
  const auto lanes = std::int64_t(hn::Lanes(d));
  std::int64_t i = 0;
  for (; i + lanes <= size; i += lanes)
    hn::StoreU(hn::Add(hn::LoadU(d, sum + i), hn::PromoteTo(d, hn::LoadU(HalfFloat(), x + i))), d, sum + i);
  for (; i < size; ++i) sum[i] += double(x[i]);
}

void add_squares_to_sums(const float* x, std::int64_t size, double* sum) {
  const Double d;
  const auto lanes = std::int64_t(hn::Lanes(d));
  std::int64_t i = 0;
  for (; i + lanes <= size; i += lanes) {
    const auto v = hn::PromoteTo(d, hn::LoadU(HalfFloat(), x + i));
    hn::StoreU(hn::MulAdd(v, v, hn::LoadU(d, sum + i)), d, sum + i);
  }
  for (; i < size; ++i) sum[i] += double(x[i]) * double(x[i]);
}

double dot(const float* x, const float* y, std::int64_t size) {
  const Float d;
  DoubleSum<Float> sum;
  for_vectors(size, [&](std::int64_t i, std::size_t count)
                        DEEPBOLTZ_STEP { sum.add_product(load(d, x + i, count), load(d, y + i, count)); });
  return sum.value();
}

double absolute_difference(const float* x, const float* y, std::int64_t size) {
  const Float d;
  DoubleSum<Float> sum;
  for_vectors(size, [&](std::int64_t i, std::size_t count)
                        DEEPBOLTZ_STEP { sum.add(hn::Abs(hn::Sub(load(d, x + i, count), load(d, y + i, count)))); });
  return sum.value();
}

bool all_finite(const float* x, std::int64_t size) {
  const Float d;
  auto worst = hn::Zero(d);  // 0·x is 0, or NaN where x is not finite; NaN stays
  for_vectors(size, [&](std::int64_t i, std::size_t count)
                        DEEPBOLTZ_STEP { worst = hn::MulAdd(hn::Zero(d), load(d, x + i, count), worst); });
  return hn::AllTrue(d, hn::Eq(worst, worst));
}

void scale_add(float a, const float* x, float b, std::int64_t size, float* out) {
  const Float d;
  const auto va = hn::Set(d, a), vb = hn::Set(d, b);
  for_vectors(size, [&](std::int64_t i, std::size_t count) DEEPBOLTZ_STEP {
    auto y = hn::Mul(va, load(d, x + i, count));
    if (b != 0) y = hn::MulAdd(vb, load(d, out + i, count), y);
    store(d, y, out + i, count);
  });
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deepboltz {
HWY_EXPORT(add_to_sums);
HWY_EXPORT(add_squares_to_sums);
HWY_EXPORT(dot);
HWY_EXPORT(absolute_difference);
HWY_EXPORT(all_finite);
HWY_EXPORT(scale_add);

namespace simd {

void add_to_sums(const float* x, std::int64_t size, double* sum) { HWY_DYNAMIC_DISPATCH(add_to_sums)(x, size, sum); }

void add_squares_to_sums(const float* x, std::int64_t size, double* sum) {
  HWY_DYNAMIC_DISPATCH(add_squares_to_sums)(x, size, sum);
}

double dot(const float* x, const float* y, std::int64_t size) { return HWY_DYNAMIC_DISPATCH(dot)(x, y, size); }

double absolute_difference(const float* x, const float* y, std::int64_t size) {
  return HWY_DYNAMIC_DISPATCH(absolute_difference)(x, y, size);
}

bool all_finite(const float* x, std::int64_t size) { return HWY_DYNAMIC_DISPATCH(all_finite)(x, size); }

void scale_add(float a, const float* x, float b, std::int64_t size, float* out) {
  HWY_DYNAMIC_DISPATCH(scale_add)(a, x, b, size, out);
}

}  // namespace simd
}  // namespace deepboltz
#endif
