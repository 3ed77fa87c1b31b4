#include "deepboltz/stack/autoencoder.h"

#include "deepboltz/stack/machine_parts.h"

namespace deepboltz {
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
  NetworkLayer layer{{machine.layer(upper).unit, weight.clone(), ordinary_bias_of(ctx, machine, upper)},
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
  return {{machine.layer(lower).unit, transposed(weight_between(machine, lower, upper)),
           ordinary_bias_of(ctx, machine, lower)},
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
    network.layers.push_back({{Softmax{start.classes}, transposed(weight_between(top, *label, ends_of(top).upper)),
                               ordinary_bias_of(ctx, top, *label)},
                              "classes"});
  } else {
    network.layers.push_back(random_layer("classes", Softmax{start.classes}, network.outputs(), start.classes,
                                          start.deviation, start.key, network.dtype()));
  }
  return network;
}

}  // namespace deepboltz
