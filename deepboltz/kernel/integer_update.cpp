#include "deepboltz/kernel/integer_update.h"

#include <numeric>
#include <optional>

#include "deepboltz/kernel/cpu/integer_update_simd.h"

namespace deepboltz {

simd::UpdateFactors::UpdateFactors(const IntegerStep& step, std::int64_t most_data, std::int64_t most_model)
    : count(float(step.rate / double(std::lcm(most_data, most_model)))),
      l2(float(step.rate * step.decay.l2)),
      l1(float(step.rate * step.decay.l1)),
      rate(float(step.rate)),
      momentum(float(step.momentum)),
      nesterov(step.nesterov),
      data_times(std::int32_t(most_model / std::gcd(most_data, most_model))),
      model_times(std::int32_t(most_data / std::gcd(most_data, most_model))) {}

simd::CaseRows::CaseRows(const Ends<const CaseBits&>& data, const Ends<const CaseBits&>& model_states,
                         ScratchScope& scope)
    : model(16 * data.lower.groups()),
      zero(model + 16 * model_states.lower.groups()),
      planes(data.lower.planes()),
      stride(zero + 32) {
  const auto room = [&](std::int64_t size) { return scope.matrix(DType::u8, 1, size).data; };
  const std::int64_t pairs = (data.upper.blocks() + 1) / 2, lists = 32 * data.lower.blocks() * planes;
  bytes = reinterpret_cast<std::uint8_t*>(room(pairs * (zero + 1) * 64));
  places = reinterpret_cast<std::uint16_t*>(room(2 * lists * stride));
  lengths = reinterpret_cast<std::int32_t*>(room(4 * lists));
}

std::int64_t most_counted(const Ends<const CaseBits&>& states) {
  return states.lower.cases() * states.lower.whole() * states.upper.whole();
}

void bias_gradient(const CaseBits& data, const CaseBits& model, Matrix out) {
  const simd::UpdateFactors factors({.rate = 1}, data.cases() * data.whole(), model.cases() * model.whole());
  float* g = out.as<float>().data;
  for (std::size_t j = 0; j < data.on().size(); ++j)
    g[j] = factors.count * float(factors.data_times * data.on()[j] - factors.model_times * model.on()[j]);
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
  const std::int64_t lanes = std::int64_t(integers.tile_largest().size()) * simd::UpdateWork::kLargest;
  auto* const largest = reinterpret_cast<std::uint32_t*>(scope.matrix(DType::u8, 1, 4 * lanes).data);
  std::optional<simd::CaseRows> rows;
  if (simd::rows_are_cheaper(data, model)) rows.emplace(data, model, scope);
  const simd::UpdateWork work{{step, most_counted(data), most_counted(model)},
                              data,
                              model,
                              offsets,
                              bias_gradients,
                              velocity.as<float>(),
                              weight.as<float>(),
                              integers,
                              float(1 / integers.step()),
                              largest,
                              rows ? &*rows : nullptr};
  if (rows) ctx.parallel((integers.col_blocks() + 1) / 2, [&](std::int64_t pair) { simd::spread_pair(work, pair); });
  ctx.parallel(integers.row_blocks(), [&](std::int64_t tile) { simd::update_rows(work, tile); });
  if (!integers.settle()) quantise(ctx, weight, integers);
}

}  // namespace deepboltz
