#include "deepboltz/kernel/cpu/tempered_sample_simd.h"

// clang-format off
#include "deepboltz/kernel/cpu/targets.h"
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "deepboltz/kernel/cpu/tempered_sample_simd.cpp"
#include "hwy/foreach_target.h"  // compiles this file once for every instruction set; must come first
// clang-format on

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/bernoulli_math-inl.h"
#include "deepboltz/kernel/cpu/block_sums-inl.h"
#include "deepboltz/kernel/cpu/field_vectors-inl.h"
#include "deepboltz/kernel/cpu/integer_blocks-inl.h"
#include "deepboltz/kernel/cpu/philox-inl.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

using simd::ProductTerm;
using simd::ProductWork;
using simd::TemperedDraw;

// Σ A(f) of a few vectors of units at two temperatures, for a case and a pair of blocks:
// A(f) = max(f, 0) + log(1 + e^−|f|), the logs as one of their product (SumOfLog1p).
struct Logs {
  hn::Vec<Float> linear = hn::Zero(Float());  // Σ max(f, 0) at the end, less that at the start
  hn::Vec<Float> start = hn::Zero(Float()), stop = hn::Zero(Float());  // Π (1 + e^−|f|) − 1
  HWY_INLINE Logs() {}

  HWY_INLINE void store(float* to) const {
    const Float d;
    const std::size_t lanes = hn::Lanes(d);
    hn::StoreU(linear, d, to);
    hn::StoreU(start, d, to + lanes);
    hn::StoreU(stop, d, to + 2 * lanes);
  }
};

// One case of a pair of blocks: units `first` … end − 1, to which `input` was sent.
template <bool kLogs, bool kClamped>
HWY_INLINE void draw_units(const TemperedDraw& draw, std::int64_t r, std::int64_t first, std::int64_t end,
                           const float* input, Logs& logs) {
  const Float d;
  const FieldRow<float> to(draw.field, r), from(kLogs ? draw.from : draw.field, r);
  const std::uint8_t* clamped = kClamped ? draw.clamped.as<std::uint8_t>().row(r) : nullptr;
  float* out = draw.out.row(r);
  const PhiloxRow noise(draw.key, std::uint32_t(draw.first_case + r));
  for_random_vectors(noise, first, end, [&](std::int64_t j, std::size_t count, hn::Vec<Word> words) DEEPBOLTZ_STEP {
    const auto sum = hn::Add(hn::LoadU(d, input + (j - first)), load(d, to.bias + j, count));
    const auto f = tempered(to, sum, j, count);
    const Odds<hn::Vec<Float>> odds(d, f);
    auto x = hn::IfThenElseZero(odds.drawn(uniforms(d, words)), hn::Set(d, 1.0f));
    if constexpr (kClamped) x = hn::IfThenElse(load_mask(d, clamped + j, count), load(d, out + j, count), x);
    store(d, x, out + j, count);
    if constexpr (kLogs) {
      const auto g = tempered(from, sum, j, count);
      auto linear = hn::Sub(hn::Max(f, hn::Zero(d)), hn::Max(g, hn::Zero(d)));
      auto start = exp_of_negative(d, hn::Neg(hn::Abs(g))), stop = odds.rarer;
      const auto leave = [&](hn::Mask<Float> units) HWY_ATTR {
        start = hn::IfThenZeroElse(units, start);
        stop = hn::IfThenZeroElse(units, stop);
      };
      if constexpr (kClamped) {
        const auto kept = load_mask(d, clamped + j, count);
        linear = hn::IfThenElse(kept, hn::Mul(x, hn::Sub(f, g)), linear);
        leave(kept);
      }
      if (count < hn::Lanes(d)) leave(hn::Not(hn::FirstN(d, count)));
      logs.linear = hn::Add(logs.linear, linear);
      logs.start = times_one_plus(logs.start, start);
      logs.stop = times_one_plus(logs.stop, stop);
    }
  });
}

// input += what the terms of a case send to a pair of blocks, as floats.
#if DEEPBOLTZ_PLAIN_BLOCKS
HWY_INLINE void add_messages(const ProductWork& work, std::int64_t pair, std::int64_t r, float* input) {
  for (const ProductTerm& term : work.terms)
    for (std::int64_t j = 64 * pair; j < std::min(64 * pair + 64, work.units); ++j)
      input[j - 64 * pair] += float(term.weights.step()) * float(simd::plain_sum(term, r, j));
}
#else
HWY_INLINE void add_messages(const ProductWork& work, std::int64_t pair, std::int64_t r, float* input) {
  const F32 d;
  for (const ProductTerm& term : work.terms) {
    const auto step = hn::Set(d, float(term.weights.step()));
    for (std::int64_t block = 2 * pair; block < std::min(2 * pair + 2, (work.units + 31) / 32); ++block) {
      const Sums sums = load_sums(term.running->block(block, r));
      for (std::size_t part = 0; part < kParts; ++part) {
        float* to = input + 32 * (block % 2) + part * kLanes;
        auto even = hn::Zero(d), odd = hn::Zero(d);
        hn::LoadInterleaved2(d, to, even, odd);
        even = hn::Add(even, hn::Mul(hn::ConvertTo(d, sums.even[part]), step));
        odd = hn::Add(odd, hn::Mul(hn::ConvertTo(d, sums.odd[part]), step));
        hn::StoreInterleaved2(even, odd, d, to);
      }
    }
  }
}
#endif

template <bool kLogs, bool kClamped>
HWY_NOINLINE void draw_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                            const TemperedDraw& draw) {
  for (std::int64_t r = first_case; r < first_case + cases; ++r) {
    HWY_ALIGN float input[64] = {};  // zero for units that are not there
    add_messages(work, pair, r, input);
    Logs logs;
    draw_units<kLogs, kClamped>(draw, r, 64 * pair, std::min(64 * pair + 64, work.units), input, logs);
    if constexpr (kLogs) logs.store(draw.logs_of(r, pair));
  }
}

void tempered_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                   const TemperedDraw& draw) {
#if !DEEPBOLTZ_PLAIN_BLOCKS
  TileMemory memory;
  for (const ProductTerm& term : work.terms) renew_sums(work, term, pair, first_case, cases, memory);
#endif
  const bool clamped = !draw.clamped.empty();
  const auto draw_all = draw.logs ? (clamped ? draw_tile<true, true> : draw_tile<true, false>)
                                  : (clamped ? draw_tile<false, true> : draw_tile<false, false>);
  draw_all(work, pair, first_case, cases, draw);
}

double log_change(const TemperedDraw& draw, std::int64_t r) {
  const Float d;
  const std::size_t lanes = hn::Lanes(d);
  const int factors = int(64 / lanes);  // of a product: the vectors of a pair
  DoubleSum<Float> linear;
  SumOfLog1p<Float> start(d), stop(d);
  for (std::int64_t pair = 0; pair < draw.pairs; ++pair) {
    const float* logs = draw.logs_of(r, pair);
    linear.add(hn::LoadU(d, logs));
    start.add(hn::LoadU(d, logs + lanes), factors);
    stop.add(hn::LoadU(d, logs + 2 * lanes), factors);
  }
  return linear.value() + (stop.value() - start.value());
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deepboltz {
HWY_EXPORT(tempered_tile);
HWY_EXPORT(log_change);

namespace simd {

void tempered_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                   const TemperedDraw& draw) {
  HWY_DYNAMIC_DISPATCH(tempered_tile)(work, pair, first_case, cases, draw);
}

double log_change(const TemperedDraw& draw, std::int64_t r) { return HWY_DYNAMIC_DISPATCH(log_change)(draw, r); }

}  // namespace simd
}  // namespace deepboltz
#endif
