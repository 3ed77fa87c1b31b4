#include "deepboltz/kernel/cpu/integer_update_simd.h"

namespace deepboltz {
namespace {

std::int32_t count(const Ends<const CaseBits&>& states, std::int64_t i, std::int64_t j) {
  std::int32_t both = 0;
  for (std::int64_t r = 0; r < states.lower.cases(); ++r) both += states.lower.at(r, i) * states.upper.at(r, j);
  return both;
}

std::int32_t count(const GreyEnds& states, std::int64_t i, std::int64_t j) {
  std::int32_t both = 0;
  for (std::int64_t r = 0; r < states.lower.cases(); ++r)
    both += states.lower.pixels().as<std::uint8_t>()(r, i) * states.upper.at(r, j);
  return both;
}

template <class Data>
void update(Context& ctx, const IntegerStep& step, const Data& data, const Ends<const CaseBits&>& model,
            const Ends<ConstMatrix>& offsets, const Ends<ConstMatrix>& bias_gradients, Matrix velocity, Matrix weight,
            IntegerWeights& integers) {
  const simd::UpdateFactors f(step, most_counted(data), most_counted(model));
  const auto at = [](ConstMatrix row, std::int64_t unit) { return row.as<float>()(0, unit); };
  for (std::int64_t i = 0; i < weight.rows; ++i)
    for (std::int64_t j = 0; j < weight.cols; ++j) {
      float &w = weight.as<float>()(i, j), &delta = velocity.as<float>()(i, j);
      const std::int32_t n = f.data_times * count(data, i, j) - f.model_times * count(model, i, j);
      float push = f.count * float(n) - f.l2 * w;
      if (f.l1 != 0) push -= w == 0 ? 0 : w > 0 ? f.l1 : -f.l1;
      if (!offsets.lower.empty())
        push -= f.rate * at(offsets.lower, i) * at(bias_gradients.upper, j) +
                f.rate * at(bias_gradients.lower, i) * at(offsets.upper, j);
      delta = f.momentum * delta + push;
      w += f.nesterov ? f.momentum * delta + push : delta;
    }
  quantise(ctx, weight, integers);
}

}  // namespace

void integer_update_plain(Context& ctx, const IntegerStep& step, const Ends<const CaseBits&>& data,
                          const Ends<const CaseBits&>& model, const Ends<ConstMatrix>& offsets,
                          const Ends<ConstMatrix>& bias_gradients, Matrix velocity, Matrix weight,
                          IntegerWeights& integers) {
  update(ctx, step, data, model, offsets, bias_gradients, velocity, weight, integers);
}

void integer_update_plain(Context& ctx, const IntegerStep& step, const GreyEnds& data,
                          const Ends<const CaseBits&>& model, const Ends<ConstMatrix>& offsets,
                          const Ends<ConstMatrix>& bias_gradients, Matrix velocity, Matrix weight,
                          IntegerWeights& integers) {
  update(ctx, step, data, model, offsets, bias_gradients, velocity, weight, integers);
}

}  // namespace deepboltz
