#include "deepboltz/task/joint_units.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "deepboltz/kernel/linear.h"

namespace deepboltz {
namespace {

// The weights from `layer` down to `part`, multiplied; none: no way.
std::optional<Tensor> way_down(Context& ctx, const EnergyModel& model, LayerId layer, LayerId part) {
  for (const Connection& c : model.connections()) {
    if (c.upper != layer) continue;
    const std::int64_t units = model.layer(layer).units;
    if (c.lower == part) {
      Tensor down(model.precision(), units, c.weight.rows());
      for (std::int64_t j = 0; j < units; ++j)
        for (std::int64_t i = 0; i < c.weight.rows(); ++i) down.set(j, i, c.weight.at(i, j));
      return down;
    }
    if (const auto below = way_down(ctx, model, c.lower, part)) {
      Tensor down(model.precision(), units, below->cols());
      multiply(ctx, 1, c.weight, Transpose::yes, *below, Transpose::no, 0, down);
      return down;
    }
  }
  return std::nullopt;
}

}  // namespace

Tensor raised_in_part(Context& ctx, const EnergyModel& model, LayerId layer, LayerId part) {
  auto down = way_down(ctx, model, layer, part);
  require(down.has_value(), "there is no way down from '{}' to '{}'", model.layer(layer).name, model.layer(part).name);
  return std::move(*down);
}

std::vector<std::int64_t> strongest_units(const EnergyModel& model, LayerId layer, std::int64_t count) {
  std::vector<double> square(std::size_t(model.layer(layer).units), 0.0);
  for (const Connection& c : model.connections()) {
    if (c.upper != layer) continue;
    for (std::int64_t i = 0; i < c.weight.rows(); ++i)
      for (std::int64_t j = 0; j < c.weight.cols(); ++j)
        square[std::size_t(j)] += c.weight.at(i, j) * c.weight.at(i, j);
  }
  std::vector<std::int64_t> order(square.size());
  std::iota(order.begin(), order.end(), std::int64_t(0));
  std::ranges::stable_sort(order, std::greater<>(), [&](std::int64_t j) { return square[std::size_t(j)]; });
  order.resize(std::min(order.size(), std::size_t(count)));
  return order;
}

}  // namespace deepboltz
