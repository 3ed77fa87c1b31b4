#include "deepboltz/kernel/integer_update.h"

#include <numeric>
#include <optional>

#include "deepboltz/kernel/cpu/integer_update_simd.h"

namespace deepboltz {
namespace {

template <class T> T* room(ScratchScope& scope, std::int64_t size) {
  return reinterpret_cast<T*>(scope.matrix(DType::u8, 1, size * std::int64_t(sizeof(T))).data);
}

void update(Context& ctx, simd::UpdateWork work) {
  ScratchScope scope(ctx);
  IntegerWeights& integers = work.integers;
  work.largest = room<std::uint32_t>(scope, std::int64_t(integers.tile_largest().size()) * simd::UpdateWork::kLargest);
  if (work.rows)
    ctx.parallel((integers.col_blocks() + 1) / 2, [&](std::int64_t pair) { simd::spread_pair(work, pair); });
  ctx.parallel(integers.row_blocks(), [&](std::int64_t tile) { simd::update_rows(work, tile); });
  if (!integers.settle()) quantise(ctx, work.weight, integers);
}

}  // namespace

simd::UpdateFactors::UpdateFactors(const IntegerStep& step, std::int64_t most_data, std::int64_t most_model)
    : count(float(step.rate / double(std::lcm(most_data, most_model)))),
      l2(float(step.rate * step.decay.l2)),
      l1(float(step.rate * step.decay.l1)),
      rate(float(step.rate)),
      momentum(float(step.momentum)),
      nesterov(step.nesterov),
      data_times(std::int32_t(most_model / std::gcd(most_data, most_model))),
      model_times(std::int32_t(most_data / std::gcd(most_data, most_model))) {}

simd::CaseRows::CaseRows(const Ends<const CaseBits&>* data, const Ends<const CaseBits&>& model_states,
                         ScratchScope& scope)
    : model(data ? 16 * data->lower.groups() : 0),
      zero(model + 16 * model_states.lower.groups()),
      planes(model_states.lower.planes()),
      stride(zero + 32) {
  const std::int64_t pairs = (model_states.upper.blocks() + 1) / 2, lists = 32 * model_states.lower.blocks() * planes;
  bytes = room<std::uint8_t>(scope, pairs * (zero + 1) * 64);
  places = room<std::uint16_t>(scope, lists * stride);
  lengths = room<std::int32_t>(scope, lists);
}

simd::GreyRows::GreyRows(const GreyEnds& states, ScratchScope& scope)
    : data(states), cases(states.lower.cases()), stride((cases + 3) / 4 * 4) {
  const std::int64_t pairs = (data.upper.blocks() + 1) / 2, lists = (data.lower.units() + 31) / 32 * 32;
  counts = room<std::int16_t>(scope, pairs * (cases + 1) * 64);
  places = room<std::uint16_t>(scope, lists * stride);
  pixels = room<std::int16_t>(scope, lists * stride);
  lengths = room<std::int32_t>(scope, lists);
}

std::int64_t most_counted(const Ends<const CaseBits&>& states) {
  return states.lower.counts().most * states.upper.whole();
}

std::int64_t most_counted(const GreyEnds& states) { return states.lower.counts().most * states.upper.whole(); }

void bias_gradient(const UnitCounts& data, const UnitCounts& model, Matrix out) {
  const simd::UpdateFactors factors({.rate = 1}, data.most, model.most);
  float* g = out.as<float>().data;
  for (std::size_t j = 0; j < data.on.size(); ++j)
    g[j] = factors.count * float(factors.data_times * data.on[j] - factors.model_times * model.on[j]);
}

void bias_step(const IntegerStep& step, ConstMatrix gradient, Matrix velocity, Matrix bias) {
  const float rate = float(step.rate), momentum = float(step.momentum);
  const float* g = gradient.as<float>().data;
  float *delta = velocity.as<float>().data, *b = bias.as<float>().data;
  for (std::int64_t j = 0; j < gradient.cols; ++j) {
    const float push = rate * g[j];
    delta[j] = momentum * delta[j] + push;
    b[j] += step.nesterov ? momentum * delta[j] + push : delta[j];
  }
}

void integer_update(Context& ctx, const IntegerStep& step, const Ends<const CaseBits&>& data,
                    const Ends<const CaseBits&>& model, const Ends<ConstMatrix>& offsets,
                    const Ends<ConstMatrix>& bias_gradients, Matrix velocity, Matrix weight, IntegerWeights& integers) {
  DEEPBOLTZ_ASSERT(data.lower.units() == weight.rows && data.upper.units() == weight.cols);
  DEEPBOLTZ_ASSERT(most_counted(data) <= kMostCounted && most_counted(model) <= kMostCounted);
  ScratchScope scope(ctx);
  std::optional<simd::CaseRows> rows;
  if (simd::rows_are_cheaper(data, model)) rows.emplace(&data, model, scope);
  const simd::UpdateFactors factors(step, most_counted(data), most_counted(model));
  update(ctx, {factors, &data, model, offsets, bias_gradients, velocity.as<float>(), weight.as<float>(), integers,
               float(1 / integers.step()), nullptr, rows ? &*rows : nullptr, nullptr});
}

void integer_update(Context& ctx, const IntegerStep& step, const GreyEnds& data, const Ends<const CaseBits&>& model,
                    const Ends<ConstMatrix>& offsets, const Ends<ConstMatrix>& bias_gradients, Matrix velocity,
                    Matrix weight, IntegerWeights& integers) {
  DEEPBOLTZ_ASSERT(data.lower.units() == weight.rows && data.upper.units() == weight.cols);
  DEEPBOLTZ_ASSERT(most_counted(model) <= kMostCounted);
  DEEPBOLTZ_ASSERT(std::lcm(most_counted(data), most_counted(model)) < std::int64_t(1) << 31);
  ScratchScope scope(ctx);
  const simd::CaseRows rows(nullptr, model, scope);
  const simd::GreyRows grey(data, scope);
  const simd::UpdateFactors factors(step, most_counted(data), most_counted(model));
  update(ctx, {factors, nullptr, model, offsets, bias_gradients, velocity.as<float>(), weight.as<float>(), integers,
               float(1 / integers.step()), nullptr, &rows, &grey});
}

}  // namespace deepboltz
