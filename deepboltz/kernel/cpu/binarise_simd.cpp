#include "deepboltz/kernel/cpu/binarise_simd.h"

#include <algorithm>

// clang-format off
#include "deepboltz/kernel/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "deepboltz/kernel/cpu/binarise_simd.cpp"
#include "hwy/foreach_target.h"  // compiles this file once for every instruction set; must come first
// clang-format on

#include "hwy/cache_control.h"
#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/philox-inl.h"
#include "deepboltz/kernel/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

HWY_INLINE void sample_grey(const std::uint8_t* grey, std::int64_t units, const PhiloxRow& noise, float* out) {
  const Float d;
  for_random_vectors(noise, units, [&](std::int64_t j, std::size_t count, hn::Vec<Word> words) DEEPBOLTZ_STEP {
    const auto mean = hn::Div(load_bytes(d, grey + j, count), hn::Set(d, 255.0f));
    store(d, hn::IfThenElseZero(hn::Lt(uniforms(d, words), mean), hn::Set(d, 1.0f)), out + j, count);
  });
}

void binarise_row(Binarise how, const std::uint8_t* grey, std::int64_t units, Key key, std::uint32_t row, float* out) {
  const Float d;
  const auto one = hn::Set(d, 1.0f), white = hn::Set(d, 255.0f), threshold = hn::Set(d, 128.0f);
  switch (how) {
    case Binarise::none:
      return for_vectors(units, [&](std::int64_t j, std::size_t count) DEEPBOLTZ_STEP {
        store(d, hn::Div(load_bytes(d, grey + j, count), white), out + j, count);
      });
    case Binarise::threshold:
      return for_vectors(units, [&](std::int64_t j, std::size_t count) DEEPBOLTZ_STEP {
        store(d, hn::IfThenElseZero(hn::Ge(load_bytes(d, grey + j, count), threshold), one), out + j, count);
      });
    case Binarise::sample:
      return sample_grey(grey, units, PhiloxRow(key, row), out);
  }
}

// ors the lanes of a mask into the bits from unit j on.
template <class D> HWY_INLINE void add_bits(D d, hn::Mask<D> mask, std::int64_t j, std::uint32_t* out) {
  out[j / 32] |= mask_bits(d, mask) << (j % 32);
}

HWY_INLINE bool all_black(const std::uint8_t* grey, std::int64_t some) {
  if (some < 32) return std::all_of(grey, grey + some, [](std::uint8_t g) { return g == 0; });
  std::uint64_t eight[4];
  std::memcpy(eight, grey, 32);
  return (eight[0] | eight[1] | eight[2] | eight[3]) == 0;
}

void binarise_bits_row(Binarise how, const std::uint8_t* grey, std::int64_t units, Key key, std::uint32_t row,
                       std::uint32_t* out) {
  const Float d;
  std::fill_n(out, (units + 31) / 32, 0u);
  if (how == Binarise::threshold)
    return for_vectors(units, [&](std::int64_t j, std::size_t count) DEEPBOLTZ_STEP {
      add_bits(d, hn::Ge(load_bytes(d, grey + j, count), hn::Set(d, 128.0f)), j, out);
    });
  const PhiloxRow noise(key, row);
  for (std::int64_t first = 0; first < units; first += 32) {
    const std::int64_t some = std::min<std::int64_t>(32, units - first);
    if (all_black(grey + first, some)) continue;  // never fires
    // uniform < grey/255, in integers: m·255 < grey·2²⁴ with m = word/2⁸. The quotient's rounding to float lies between
    // the same two steps of 2⁻²⁴ for every grey (tests/kernel/binarise_test.cpp).
    for_random_vectors(noise, first, first + some,
                       [&](std::int64_t j, std::size_t count, hn::Vec<Word> words) DEEPBOLTZ_STEP {
                         const Word w;
                         const hn::Rebind<std::uint8_t, Word> d_byte;
                         const auto level = hn::ShiftLeft<24>(hn::PromoteTo(w, load(d_byte, grey + j, count)));
                         const auto m255 = hn::Sub(hn::And(words, hn::Set(w, 0xFFFFFF00u)), hn::ShiftRight<8>(words));
                         add_bits(w, hn::Lt(m255, level), j, out);
                       });
  }
}

bool pack_row(const float* x, std::int64_t units, std::uint32_t* out) {
  const Float d;
  const auto zero = hn::Zero(d), one = hn::Set(d, 1.0f);
  auto binary = hn::Eq(zero, zero);
  std::fill_n(out, (units + 31) / 32, 0u);
  for_vectors(units, [&](std::int64_t j, std::size_t count) DEEPBOLTZ_STEP {
    const auto v = load(d, x + j, count);
    const auto on = hn::Eq(v, one);
    binary = hn::And(binary, hn::Or(on, hn::Eq(v, zero)));
    add_bits(d, on, j, out);
  });
  return hn::AllTrue(d, binary);
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deepboltz {
HWY_EXPORT(binarise_row);
HWY_EXPORT(binarise_bits_row);
HWY_EXPORT(pack_row);

namespace simd {

void prefetch(const std::uint8_t* from, std::int64_t size) {
  for (std::int64_t line = 0; line < size; line += 64) hwy::Prefetch(from + line);
}

void binarise_row(Binarise how, const std::uint8_t* grey, std::int64_t units, Key key, std::uint32_t row, float* out) {
  HWY_DYNAMIC_DISPATCH(binarise_row)(how, grey, units, key, row, out);
}

void binarise_row(Binarise how, const std::uint8_t* grey, std::int64_t units, Key key, std::uint32_t row,
                  std::uint32_t* out) {
  HWY_DYNAMIC_DISPATCH(binarise_bits_row)(how, grey, units, key, row, out);
}

bool pack_row(const float* x, std::int64_t units, std::uint32_t* out) {
  return HWY_DYNAMIC_DISPATCH(pack_row)(x, units, out);
}

}  // namespace simd
}  // namespace deepboltz
#endif
