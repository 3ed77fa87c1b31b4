// Vectors of a FieldRow.
#if defined(DEEPBOLTZ_KERNEL_CPU_FIELD_VECTORS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPBOLTZ_KERNEL_CPU_FIELD_VECTORS_INL_H_
#undef DEEPBOLTZ_KERNEL_CPU_FIELD_VECTORS_INL_H_
#else
#define DEEPBOLTZ_KERNEL_CPU_FIELD_VECTORS_INL_H_
#endif

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/vectors-inl.h"
#include "deepboltz/kernel/field_row.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// `count` units from j on, whose input and bias are summed.
HWY_INLINE hn::Vec<Float> tempered(const FieldRow<float>& field, hn::Vec<Float> sum, std::int64_t j,
                                   std::size_t count) {
  const Float d;
  const auto f = hn::Mul(hn::Set(d, field.beta), sum);
  return field.base ? hn::MulAdd(hn::Set(d, field.base_beta), load(d, field.base + j, count), f) : f;
}

HWY_INLINE hn::Vec<Float> field_of(const FieldRow<float>& field, std::int64_t j, std::size_t count) {
  const Float d;
  const auto bias = load(d, field.bias + j, count);
  return tempered(field, field.input ? hn::Add(load(d, field.input + j, count), bias) : bias, j, count);
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
