#include "deepboltz/kernel/cpu/unit_ops_simd.h"

// clang-format off
#include "deepboltz/kernel/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "deepboltz/kernel/cpu/unit_ops_simd.cpp"
#include "hwy/foreach_target.h"  // compiles this file once for every instruction set; must come first
// clang-format on

#include <limits>

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/bernoulli_math-inl.h"
#include "deepboltz/kernel/cpu/field_vectors-inl.h"
#include "deepboltz/kernel/cpu/normal_math-inl.h"
#include "deepboltz/kernel/cpu/philox-inl.h"
#include "deepboltz/kernel/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

void mean_row(const FieldRow<float>& field, const std::uint8_t* clamped, std::int64_t units, float* out) {
  const Float d;
  for_vectors(units, [&](std::int64_t j, std::size_t count) DEEPBOLTZ_STEP {
    auto mean = logistic(d, field_of(field, j, count));
    if (clamped) mean = hn::IfThenElse(load_mask(d, clamped + j, count), load(d, out + j, count), mean);
    store(d, mean, out + j, count);
  });
}

void sample_row(const FieldRow<float>& field, const std::uint8_t* clamped, std::int64_t units, Key key,
                std::uint32_t row, float* out, float* mean) {
  const Float d;
  const PhiloxRow noise(key, row);
  for_random_vectors(noise, units, [&](std::int64_t j, std::size_t count, hn::Vec<Word> words) DEEPBOLTZ_STEP {
    const Odds<hn::Vec<Float>> odds(d, field_of(field, j, count));
    auto x = hn::IfThenElseZero(odds.drawn(uniforms(d, words)), hn::Set(d, 1.0f));
    const auto kept = clamped ? load_mask(d, clamped + j, count) : hn::Lt(x, hn::Zero(d));
    if (clamped) x = hn::IfThenElse(kept, load(d, out + j, count), x);
    if (mean) store(d, hn::IfThenElse(kept, x, odds.mean()), mean + j, count);
    store(d, x, out + j, count);
  });
}

void mean_normal_row(const FieldRow<float>& field, const std::uint8_t* clamped, std::int64_t units, float* out) {
  const Float d;
  for_vectors(units, [&](std::int64_t j, std::size_t count) DEEPBOLTZ_STEP {
    auto mean = field_of(field, j, count);
    if (clamped) mean = hn::IfThenElse(load_mask(d, clamped + j, count), load(d, out + j, count), mean);
    store(d, mean, out + j, count);
  });
}

void sample_normal_row(const FieldRow<float>& field, const std::uint8_t* clamped, std::int64_t units, Key key,
                       std::uint32_t row, float* out, float* mean) {
  const Float d;
  const PhiloxRow noise(key, row);
  for_normal_vectors(noise, units, [&](std::int64_t j, std::size_t count, hn::Vec<Float> normals) DEEPBOLTZ_STEP {
    auto mu = field_of(field, j, count), x = hn::Add(mu, normals);
    if (clamped) {
      const auto kept = load_mask(d, clamped + j, count);
      const auto old = load(d, out + j, count);
      mu = hn::IfThenElse(kept, old, mu);
      x = hn::IfThenElse(kept, old, x);
    }
    if (mean) store(d, mu, mean + j, count);
    store(d, x, out + j, count);
  });
}

double log_partition_row(const FieldRow<float>& field, const std::uint8_t* clamped, std::int64_t units,
                         const float* state) {
  const Float d;
  DoubleSum<Float> sum;
  SumOfLog1p<Float> logs(d);
  for_vectors(units, [&](std::int64_t j, std::size_t count) DEEPBOLTZ_STEP {
    const auto f = field_of(field, j, count);  // of units that are not there: zero
    auto linear = hn::Max(f, hn::Zero(d)),
         e = exp_of_negative(d, hn::Neg(hn::Abs(f)));  // log(1+eᶠ) = linear + log(1+e)
    if (clamped) {
      const auto kept = load_mask(d, clamped + j, count);
      linear = hn::IfThenElse(kept, hn::Mul(load(d, state + j, count), f), linear);
      e = hn::IfThenZeroElse(kept, e);
    }
    if (count < hn::Lanes(d)) e = hn::IfThenElseZero(hn::FirstN(d, count), e);
    sum.add(linear);
    logs.add(e);
  });
  return sum.value() + logs.value();
}

double entropy_row(const float* mean, const std::uint8_t* clamped, std::int64_t units) {
  const Float d;
  DoubleSum<Float> sum;
  for_vectors(units, [&](std::int64_t j, std::size_t count) DEEPBOLTZ_STEP {
    const auto mu = load(d, mean + j, count);  // the entropy of the zeros behind the end is 0
    auto h = hn::Add(entropy_term(d, mu), entropy_term(d, hn::Sub(hn::Set(d, 1.0f), mu)));
    if (clamped) h = hn::IfThenZeroElse(load_mask(d, clamped + j, count), h);
    sum.add(h);
  });
  return sum.value();
}

simd::ExpSum exp_row(const FieldRow<float>& field, std::int64_t units, float* out) {
  const Float d;
  auto most = hn::Set(d, -std::numeric_limits<float>::infinity());
  for_vectors(units, [&](std::int64_t j, std::size_t count) DEEPBOLTZ_STEP {
    const auto f = field_of(field, j, count);
    store(d, f, out + j, count);
    most = hn::Max(most, count < hn::Lanes(d) ? hn::IfThenElse(hn::FirstN(d, count), f, most) : f);
  });
  const float top = hn::GetLane(hn::MaxOfLanes(d, most));
  DoubleSum<Float> sum;
  for_vectors(units, [&](std::int64_t j, std::size_t count) DEEPBOLTZ_STEP {
    auto e = exp_of_negative(d, hn::Sub(load(d, out + j, count), hn::Set(d, top)));
    store(d, e, out + j, count);
    if (count < hn::Lanes(d)) e = hn::IfThenElseZero(hn::FirstN(d, count), e);
    sum.add(e);
  });
  return {double(top), sum.value()};
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deepboltz {
HWY_EXPORT(mean_row);
HWY_EXPORT(sample_row);
HWY_EXPORT(mean_normal_row);
HWY_EXPORT(sample_normal_row);
HWY_EXPORT(log_partition_row);
HWY_EXPORT(entropy_row);
HWY_EXPORT(exp_row);

namespace simd {

void mean_row(const FieldRow<float>& field, const std::uint8_t* clamped, std::int64_t units, float* out) {
  HWY_DYNAMIC_DISPATCH(mean_row)(field, clamped, units, out);
}

void sample_row(const FieldRow<float>& field, const std::uint8_t* clamped, std::int64_t units, Key key,
                std::uint32_t row, float* out, float* mean) {
  HWY_DYNAMIC_DISPATCH(sample_row)(field, clamped, units, key, row, out, mean);
}

void mean_normal_row(const FieldRow<float>& field, const std::uint8_t* clamped, std::int64_t units, float* out) {
  HWY_DYNAMIC_DISPATCH(mean_normal_row)(field, clamped, units, out);
}

void sample_normal_row(const FieldRow<float>& field, const std::uint8_t* clamped, std::int64_t units, Key key,
                       std::uint32_t row, float* out, float* mean) {
  HWY_DYNAMIC_DISPATCH(sample_normal_row)(field, clamped, units, key, row, out, mean);
}

double log_partition_row(const FieldRow<float>& field, const std::uint8_t* clamped, std::int64_t units,
                         const float* state) {
  return HWY_DYNAMIC_DISPATCH(log_partition_row)(field, clamped, units, state);
}

double entropy_row(const float* mean, const std::uint8_t* clamped, std::int64_t units) {
  return HWY_DYNAMIC_DISPATCH(entropy_row)(mean, clamped, units);
}

ExpSum exp_row(const FieldRow<float>& field, std::int64_t units, float* out) {
  return HWY_DYNAMIC_DISPATCH(exp_row)(field, units, out);
}

}  // namespace simd
}  // namespace deepboltz
#endif
