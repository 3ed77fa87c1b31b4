#include "deepboltz/stack/machine_parts.h"

#include "deepboltz/model/field.h"

namespace deepboltz {

MachineEnds ends_of(const EnergyModel& machine) {
  const auto hidden = machine.find(Role::hidden);
  require(hidden.has_value() && machine.find(Role::visible).has_value(),
          "stack: a machine without a visible and a hidden layer");
  return {machine.visible(), *hidden};
}

const Tensor& weight_between(const EnergyModel& machine, LayerId lower, LayerId upper) {
  for (const Connection& c : machine.connections())
    if (c.lower == lower && c.upper == upper) return c.weight;
  throw InputError(
      fmt::format("stack: '{}' and '{}' are not connected", machine.layer(lower).name, machine.layer(upper).name));
}

Tensor ordinary_bias_of(Context& ctx, const EnergyModel& machine, LayerId layer) {
  Tensor bias(machine.precision(), 1, machine.layer(layer).units);
  ordinary_bias(ctx, machine, layer, bias);
  return bias;
}

Tensor transposed(const Tensor& weight) {
  Tensor out(weight.dtype(), weight.cols(), weight.rows());
  visit_real(weight.dtype(), [&](auto real) {
    const auto from = weight.as<decltype(real)>();
    const auto to = out.as<decltype(real)>();
    for (std::int64_t r = 0; r < from.rows; ++r)
      for (std::int64_t c = 0; c < from.cols; ++c) to(c, r) = from(r, c);
  });
  return out;
}

namespace {

// The rows of `above`, then the row `below`.
Tensor with_row(const Tensor& above, const Tensor& below) {
  Tensor out(above.dtype(), above.rows() + 1, above.cols());
  for (std::int64_t c = 0; c < above.cols(); ++c) {
    for (std::int64_t r = 0; r < above.rows(); ++r) out.set(r, c, above.at(r, c));
    out.set(above.rows(), c, below.at(0, c));
  }
  return out;
}

}  // namespace

NetworkLayer upward_layer(std::string name, Affine map, bool above_documents) {
  NetworkLayer layer{std::move(map), std::move(name)};
  if (!above_documents) return layer;
  layer.weight = with_row(layer.weight, layer.bias);
  layer.bias = Tensor(layer.weight.dtype(), 1, layer.weight.cols());
  layer.extra = 1;
  return layer;
}

}  // namespace deepboltz
