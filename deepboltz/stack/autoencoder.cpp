#include "deepboltz/stack/autoencoder.h"

#include "deepboltz/stack/machine_parts.h"
#include "deepboltz/stack/slope.h"

namespace deepboltz {
namespace {

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
  return upward_layer(
      fmt::format("encode{}", number),
      {machine.layer(upper).unit, weight_between(machine, lower, upper).clone(), ordinary_bias_of(ctx, machine, upper)},
      std::holds_alternative<Counts>(machine.layer(lower).unit));
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

}  // namespace deepboltz
