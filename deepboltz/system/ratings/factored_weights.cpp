#include "deepboltz/system/ratings/factored_weights.h"

#include <cmath>

#include "deepboltz/kernel/linear.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {

FactoredWeights make_factors(std::int64_t factors, const EnergyModel& model) {
  const Tensor& weight = model.connections()[0].weight;
  const auto tensor = [&](std::int64_t rows, std::int64_t cols) { return Tensor(model.precision(), rows, cols); };
  return {tensor(weight.rows(), factors), tensor(factors, weight.cols()), tensor(weight.rows(), factors),
          tensor(factors, weight.cols())};
}

void initialise_factors(Context& ctx, Key key, EnergyModel& model, FactoredWeights& factors) {
  Tensor& b = factors.hidden;
  const double scale = 1 / std::sqrt(double(b.cols()));
  for (std::int64_t c = 0; c < b.rows(); ++c)
    for (std::int64_t j = 0; j < b.cols(); ++j) b.set(c, j, scale * normal(key, std::uint32_t(c), std::uint32_t(j)));
  multiply(ctx, 1, model.connections()[0].weight, Transpose::no, b, Transpose::yes, 0, factors.item);
  multiply_factors(ctx, factors, model);
}

void factor_slopes(Context& ctx, const FactoredWeights& factors, ConstMatrix slope, Matrix item, Matrix hidden) {
  multiply(ctx, 1, slope, Transpose::no, factors.hidden, Transpose::yes, 0, item);
  multiply(ctx, 1, factors.item, Transpose::yes, slope, Transpose::no, 0, hidden);
}

void multiply_factors(Context& ctx, const FactoredWeights& factors, EnergyModel& model) {
  multiply(ctx, 1, factors.item, Transpose::no, factors.hidden, Transpose::no, 0, model.connections()[0].weight);
}

}  // namespace deepboltz
