#include "deepboltz/model/quantised.h"

#include <algorithm>

#include "deepboltz/kernel/integer_weights.h"

namespace deepboltz {

EnergyModel quantised(Context& ctx, const EnergyModel& model, int bits) {
  require(model.precision() == DType::f32, "integers: expected a model of f32, got {}", name_of(model.precision()));
  EnergyModel copy = model.clone();
  for (Connection& c : copy.connections()) {
    auto integers = std::make_shared<IntegerWeights>(c.weight.rows(), c.weight.cols(), bits);
    quantise(ctx, c.weight, *integers);
    require(integers->finite(), "integers: a weight of '{}'–'{}' is not finite", copy.layer(c.lower).name,
            copy.layer(c.upper).name);
    const auto w = c.weight.view().as<float>();
    const auto step = float(integers->step());
    for (std::int64_t i = 0; i < w.rows; ++i)
      for (std::int64_t j = 0; j < w.cols; ++j) w(i, j) = step * float(integers->at(i, j));
    c.integers = std::move(integers);
  }
  return copy;
}

bool on_integers(const EnergyModel& model) {
  return std::ranges::any_of(model.connections(), [](const Connection& c) { return c.integers != nullptr; });
}

}  // namespace deepboltz
