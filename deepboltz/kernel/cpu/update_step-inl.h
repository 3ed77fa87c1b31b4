// The step that counts make: gradient, decay, momentum, weights and their integers, in one pass over rows of weights
// (integer_update.h).
#if defined(DEEPBOLTZ_KERNEL_CPU_UPDATE_STEP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPBOLTZ_KERNEL_CPU_UPDATE_STEP_INL_H_
#undef DEEPBOLTZ_KERNEL_CPU_UPDATE_STEP_INL_H_
#else
#define DEEPBOLTZ_KERNEL_CPU_UPDATE_STEP_INL_H_
#endif

#include "hwy/cache_control.h"
#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/integer_blocks-inl.h"
#include "deepboltz/kernel/cpu/integer_update_simd.h"
#include "deepboltz/kernel/cpu/vectors-inl.h"

#if !DEEPBOLTZ_PLAIN_BLOCKS
HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

using simd::UpdateFactors;
using simd::UpdateWork;

// Counts of a vector of columns, in 32 bits.
struct WideCount {
  hn::Vec<I32> half[2];      // of a vector of columns
  HWY_INLINE WideCount() {}  // an implicit one would not be compiled for the target
  HWY_INLINE WideCount(hn::Vec<I32> first, hn::Vec<I32> second) {
    half[0] = first;
    half[1] = second;
  }
};

using HalfI16 = hn::Half<I16>;
constexpr std::int64_t kFloats = std::int64_t(hn::MaxLanes(F32()));

// `count` floats (all, or those of the last columns) and zeros behind them.
HWY_INLINE hn::Vec<F32> load_some(const float* from, std::int64_t count) {
  const F32 d;
  if (HWY_LIKELY(count >= kFloats)) return hn::LoadU(d, from);
  if (count <= 0) return hn::Zero(d);
#if HWY_TARGET <= HWY_AVX2  // masked loads that do not touch what is masked
  return hn::MaskedLoad(hn::FirstN(d, std::size_t(count)), d, from);
#else
  return load(d, from, std::size_t(count));
#endif
}
HWY_INLINE void store_some(hn::Vec<F32> x, float* to, std::int64_t count) {
  const F32 d;
  if (HWY_LIKELY(count >= kFloats)) return hn::StoreU(x, d, to);
  if (count <= 0) return;
#if HWY_TARGET <= HWY_AVX2
  hn::BlendedStore(x, hn::FirstN(d, std::size_t(count)), d, to);
#else
  store(d, x, to, std::size_t(count));
#endif
}

// What a tile multiplies by, and where its weights are: copies, so that the compiler need not read them again after
// every store. kBare: no l1, no offsets, no Nesterov; kEven: as many cases of data as of the model.
template <bool kBare, bool kEven> struct TileStep {
  hn::Vec<F32> count, l2, momentum, scale;
  float* weight;
  float* velocity;
  std::int64_t weight_stride, velocity_stride, cols;
  const UpdateWork& work;

  HWY_INLINE explicit TileStep(const UpdateWork& w)
      : count(hn::Set(F32(), w.factors.count)),
        l2(hn::Set(F32(), w.factors.l2)),
        momentum(hn::Set(F32(), w.factors.momentum)),
        scale(hn::Set(F32(), w.scale)),
        weight(w.weight.data),
        velocity(w.velocity.data),
        weight_stride(w.weight.stride),
        velocity_stride(w.velocity.stride),
        cols(w.weight.cols),
        work(w) {}

  // Asks for 64 columns of a row.
  HWY_INLINE void prefetch(std::int64_t row, std::int64_t col) const {
    for (std::int64_t line = 0; line < 64; line += 16) {
      hwy::Prefetch(weight + row * weight_stride + col + line);
      hwy::Prefetch(velocity + row * velocity_stride + col + line);
    }
  }

  // 32 columns of a row, or, if not kFull, those that are there; returns the largest |w|, or `largest`, as bits. lower:
  // null where integers have 16 bits.
  template <bool kFull, class Data>
  HWY_INLINE hn::Vec<I32> row(std::int64_t row, std::int64_t col, const Data* data, const hn::Vec<U16>* model,
                              hn::Vec<I32> largest, std::int16_t* integers, std::uint8_t* lower) const {
    const I32 d32;
    for (std::size_t part = 0; part < kParts; ++part) {
      hn::Vec<I32> n[2];
      count_difference(data[part], model[part], n);
      hn::Vec<F32> scaled[2];
      for (int side = 0; side < 2; ++side) {
        const auto w = step<kFull>(n[side], row, col + std::int64_t(part * kLanes) + side * kFloats);
        largest = hn::Max(largest, hn::And(hn::BitCast(d32, w), hn::Set(d32, 0x7FFFFFFF)));
        scaled[side] = hn::Mul(w, scale);
      }
      if (lower)
        store_24(scaled, integers + part * kLanes, lower + part * kLanes);
      else
        store_16(scaled, integers + part * kLanes);
    }
    return largest;
  }

  // To the nearest, ties to even: a float of 1.5·2²³ and a bit has its units in the lowest bits.
  HWY_INLINE static void store_16(const hn::Vec<F32>* x, std::int16_t* integers) {
    const I16 d;
    const auto q = [&](int side) HWY_ATTR { return hn::BitCast(d, hn::Add(x[side], hn::Set(F32(), 0x1.8p23f))); };
    hn::Store(hn::ConcatEven(d, q(1), q(0)), d, integers);
  }
  HWY_INLINE static void store_24(const hn::Vec<F32>* x, std::int16_t* integers, std::uint8_t* lower) {
    const I16 d;
    const hn::Rebind<std::uint8_t, I16> d8;
    const auto q0 = hn::NearestInt(x[0]), q1 = hn::NearestInt(x[1]);
    hn::Store(hn::ConcatEven(d, hn::BitCast(d, hn::ShiftRight<8>(q1)), hn::BitCast(d, hn::ShiftRight<8>(q0))), d,
              integers);
    const auto low = hn::And(hn::ConcatEven(d, hn::BitCast(d, q1), hn::BitCast(d, q0)), hn::Set(d, 0xFF));
    hn::Store(hn::DemoteTo(d8, low), d8, lower);
  }

  HWY_INLINE static WideCount widened(hn::Vec<U16> count) {
    const HalfI16 half;
    const auto x = hn::BitCast(I16(), count);
    return {hn::PromoteTo(I32(), hn::LowerHalf(half, x)), hn::PromoteTo(I32(), hn::UpperHalf(half, x))};
  }
  HWY_INLINE void count_difference(hn::Vec<U16> data, hn::Vec<U16> model, hn::Vec<I32>* n) const {
    if constexpr (kEven) {
      const WideCount difference = widened(hn::Sub(data, model));
      n[0] = difference.half[0];
      n[1] = difference.half[1];
    } else {
      count_difference(widened(data), model, n);
    }
  }
  HWY_INLINE void count_difference(const WideCount& data, hn::Vec<U16> model, hn::Vec<I32>* n) const {
    const I32 d;
    const WideCount wide = widened(model);
    for (int side = 0; side < 2; ++side)
      n[side] = hn::Sub(hn::Mul(hn::Set(d, work.factors.data_times), data.half[side]),
                        hn::Mul(hn::Set(d, work.factors.model_times), wide.half[side]));
  }

  // Columns col … of a row, a vector of floats; returns the new weights.
  template <bool kFull> HWY_INLINE hn::Vec<F32> step(hn::Vec<I32> n, std::int64_t row, std::int64_t col) const {
    const F32 d;
    const std::int64_t there = kFull ? kFloats : cols - col;
    float* to_weight = weight + row * weight_stride + col;
    float* to_velocity = velocity + row * velocity_stride + col;
    const auto w = load_some(to_weight, there);
    auto push = hn::Sub(hn::Mul(count, hn::ConvertTo(d, n)), hn::Mul(l2, w));
    if constexpr (!kBare) push = penalised(push, w, row, col);
    const auto delta = hn::Add(hn::Mul(momentum, load_some(to_velocity, there)), push);
    auto change = delta;
    if constexpr (!kBare)
      if (work.factors.nesterov) change = hn::Add(hn::Mul(momentum, delta), push);
    const auto next = hn::Add(w, change);
    store_some(delta, to_velocity, there);
    store_some(next, to_weight, there);
    return next;
  }

  HWY_INLINE hn::Vec<F32> penalised(hn::Vec<F32> push, hn::Vec<F32> w, std::int64_t row, std::int64_t col) const {
    const F32 d;
    const UpdateFactors& f = work.factors;
    if (f.l1 != 0) push = hn::Sub(push, hn::IfThenZeroElse(hn::Eq(w, hn::Zero(d)), hn::CopySign(hn::Set(d, f.l1), w)));
    if (work.offsets.lower.empty()) return push;
    const auto at = [](ConstMatrix units, std::int64_t unit) { return units.as<float>().data + unit; };
    const float offset = f.rate * *at(work.offsets.lower, row), gradient = f.rate * *at(work.bias_gradients.lower, row);
    const auto g = load_some(at(work.bias_gradients.upper, col), cols - col),
               o = load_some(at(work.offsets.upper, col), cols - col);
    return hn::Sub(push, hn::Add(hn::Mul(hn::Set(d, offset), g), hn::Mul(hn::Set(d, gradient), o)));
  }
};

// Steps kRowCount rows and kBlocks blocks of columns by what has been counted of them. place: of the row in a block.
template <std::int64_t kRowCount, std::int64_t kBlocks, class Step, class Data, class Model>
HWY_INLINE void step_blocks(const UpdateWork& work, Step step, const Data& data, const Model& model, std::int64_t row,
                            std::int64_t place, std::int64_t block, std::uint32_t* largest) {
  for (std::int64_t b = 0; b < kBlocks; ++b) {
    auto* kept = reinterpret_cast<std::int32_t*>(largest + (block + b) * UpdateWork::kLargest);
    std::int16_t* integers = work.integers.block(block + b) + place * 32;
    std::uint8_t* lower_bytes = work.integers.bits() == 24 ? work.integers.lower(block + b) + place * 32 : nullptr;
    const auto lower_of = [&](std::int64_t i) { return lower_bytes ? lower_bytes + 32 * i : nullptr; };
    auto most = hn::Load(I32(), kept);
    const std::int64_t col = 32 * (block + b);
    if (col + 32 <= step.cols) {
      for (std::int64_t i = 0; i < kRowCount; ++i)
        most = step.template row<true>(row + i, col, data.both[i][b], model.both[i][b], most, integers + 32 * i,
                                       lower_of(i));
    } else {
      for (std::int64_t i = 0; i < kRowCount; ++i)
        most = step.template row<false>(row + i, col, data.both[i][b], model.both[i][b], most, integers + 32 * i,
                                        lower_of(i));
    }
    hn::Store(most, I32(), kept);
  }
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
