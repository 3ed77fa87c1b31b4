#include "deepboltz/kernel/cpu/dropout_simd.h"

#include <algorithm>

// clang-format off
#include "deepboltz/kernel/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "deepboltz/kernel/cpu/dropout_simd.cpp"
#include "hwy/foreach_target.h"  // compiles this file once for every instruction set; must come first
// clang-format on

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/philox-inl.h"
#include "deepboltz/kernel/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

void drop_row(float keep_below, float scale, Key key, std::uint32_t row, std::int64_t units, float* x,
              std::uint8_t* mask) {
  const Float d;
  const hn::RebindToSigned<Float> d_int;
  const hn::Rebind<std::uint8_t, Float> d_byte;
  const PhiloxRow noise(key, row);
  for_random_vectors(noise, units, [&](std::int64_t j, std::size_t count, hn::Vec<Word> words) DEEPBOLTZ_STEP {
    const auto kept = hn::Lt(uniforms(d, words), hn::Set(d, keep_below));
    store(d, hn::IfThenElseZero(kept, hn::Mul(load(d, x + j, count), hn::Set(d, scale))), x + j, count);
    const auto ones = hn::IfThenElseZero(hn::RebindMask(d_int, kept), hn::Set(d_int, 1));
    store(d_byte, hn::DemoteTo(d_byte, ones), mask + j, count);
  });
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deepboltz {
HWY_EXPORT(drop_row);

namespace simd {

void drop_row(float keep_below, float scale, Key key, std::uint32_t row, std::int64_t units, float* x,
              std::uint8_t* mask) {
  HWY_DYNAMIC_DISPATCH(drop_row)(keep_below, scale, key, row, units, x, mask);
}

}  // namespace simd
}  // namespace deepboltz
#endif
