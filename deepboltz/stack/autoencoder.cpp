#include "deepboltz/stack/autoencoder.h"

#include "deepboltz/model/field.h"

namespace deepboltz {
namespace {

struct Ends {
  LayerId lower, upper;
};

Ends ends_of(const EnergyModel& machine) {
  const auto hidden = machine.find(Role::hidden);
  require(hidden.has_value() && machine.find(Role::visible).has_value(),
          "unrolling: a machine without a visible and a hidden layer");
  return {machine.visible(), *hidden};
}

const Tensor& weight_between(const EnergyModel& machine, LayerId lower, LayerId upper) {
  for (const Connection& c : machine.connections())
    if (c.lower == lower && c.upper == upper) return c.weight;
  throw InputError(
      fmt::format("unrolling: '{}' and '{}' are not connected", machine.layer(lower).name, machine.layer(upper).name));
}

Tensor bias_of(Context& ctx, const EnergyModel& machine, LayerId id) {
  Tensor bias(machine.precision(), 1, machine.layer(id).units);
  ordinary_bias(ctx, machine, id, bias);
  return bias;
}

Tensor turned(const Tensor& weight) {
  Tensor out(weight.dtype(), weight.cols(), weight.rows());
  visit_real(weight.dtype(), [&](auto real) {
    const auto from = weight.as<decltype(real)>();
    const auto to = out.as<decltype(real)>();
    for (std::int64_t r = 0; r < from.rows; ++r)
      for (std::int64_t c = 0; c < from.cols; ++c) to(c, r) = from(r, c);
  });
  return out;
}

// The rows of `above`, then the row `below`.
Tensor with_row(const Tensor& above, const Tensor& below) {
  Tensor out(above.dtype(), above.rows() + 1, above.cols());
  for (std::int64_t c = 0; c < above.cols(); ++c) {
    for (std::int64_t r = 0; r < above.rows(); ++r) out.set(r, c, above.at(r, c));
    out.set(above.rows(), c, below.at(0, c));
  }
  return out;
}

void require_stack(std::span<const EnergyModel> machines) {
  require(!machines.empty(), "unrolling: expected at least one machine");
  for (std::size_t l = 0; l < machines.size(); ++l) {
    const auto [lower, upper] = ends_of(machines[l]);
    const Unit& unit = machines[l].layer(upper).unit;
    require(has_slope(unit), "unrolling: \"{}\" units in hidden layer {} have no slope", word_of(unit), l + 1);
    if (l == 0) continue;
    const Layer &below = machines[l - 1].layer(ends_of(machines[l - 1]).upper), &seen = machines[l].layer(lower);
    require(below.units == seen.units && below.unit == seen.unit,
            "unrolling: machine {} has {} hidden units of \"{}\", but the next one sees {} of \"{}\"", l, below.units,
            word_of(below.unit), seen.units, word_of(seen.unit));
  }
}

NetworkLayer upwards(Context& ctx, const EnergyModel& machine, std::size_t number) {
  const auto [lower, upper] = ends_of(machine);
  const Tensor& weight = weight_between(machine, lower, upper);
  NetworkLayer layer{{machine.layer(upper).unit, weight.clone(), bias_of(ctx, machine, upper)},
                     fmt::format("encode{}", number)};
  if (number == 1 && std::holds_alternative<Counts>(machine.layer(lower).unit)) {
    layer.weight = with_row(weight, layer.bias);
    layer.bias = Tensor(machine.precision(), 1, weight.cols());
    layer.extra = 1;
  }
  return layer;
}

NetworkLayer downwards(Context& ctx, const EnergyModel& machine, std::size_t number) {
  const auto [lower, upper] = ends_of(machine);
  return {{machine.layer(lower).unit, turned(weight_between(machine, lower, upper)), bias_of(ctx, machine, lower)},
          fmt::format("decode{}", number)};
}

}  // namespace

Network unrolled(Context& ctx, std::span<const EnergyModel> machines) {
  require_stack(machines);
  Network network;
  for (std::size_t l = 0; l < machines.size(); ++l) network.layers.push_back(upwards(ctx, machines[l], l + 1));
  for (std::size_t l = machines.size(); l-- > 0;) network.layers.push_back(downwards(ctx, machines[l], l + 1));
  return network;
}

Network upward_classifier(Context& ctx, std::span<const EnergyModel> machines, const ClassifierStart& start) {
  require_stack(machines);
  require(start.classes >= 2, "classifier: expected at least 2 classes, got {}", start.classes);
  Network network;
  for (std::size_t l = 0; l < machines.size(); ++l) network.layers.push_back(upwards(ctx, machines[l], l + 1));
  const EnergyModel& top = machines.back();
  const auto label = top.find(Role::label);
  if (start.from_labels) {
    require(label.has_value(), "classifier: its machines have no label layer to start from");
    network.layers.push_back(
        {{Softmax{start.classes}, turned(weight_between(top, *label, ends_of(top).upper)), bias_of(ctx, top, *label)},
         "classes"});
  } else {
    network.layers.push_back(random_layer("classes", Softmax{start.classes}, network.outputs(), start.classes,
                                          start.deviation, start.key, network.dtype()));
  }
  return network;
}

}  // namespace deepboltz
