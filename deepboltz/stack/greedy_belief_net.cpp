#include "deepboltz/stack/greedy_belief_net.h"

#include <algorithm>

#include "deepboltz/stack/machine_parts.h"

namespace deepboltz {
namespace {

void set_zero(Tensor& x) { std::fill_n(x.data(), x.bytes(), std::byte(0)); }

EnergyModel in_ordinary_biases(Context& ctx, const EnergyModel& stage) {
  EnergyModel folded = stage.clone();
  for (LayerId id : stage.ids()) folded.layer(id).bias = ordinary_bias_of(ctx, stage, id);
  for (Layer& layer : folded.layers()) layer.offset = {};
  return folded;
}

}  // namespace

BeliefNet belief_net_from_stages(Context& ctx, std::span<const EnergyModel> stages) {
  require(stages.size() >= 2, "belief net: expected at least two stages, got {}", stages.size());
  BeliefNet net{{}, in_ordinary_biases(ctx, stages.back())};
  for (std::size_t l = 0; l + 1 < stages.size(); ++l) {
    const EnergyModel& stage = stages[l];
    stage.require_no_factors("belief net");
    require(!stage.find(Role::label), "belief net: only the last stage may have labels, but stage {} has", l + 1);
    const auto [lower, upper] = ends_of(stage);
    const Tensor& weight = weight_between(stage, lower, upper);
    net.layers.push_back({fmt::format("hidden{}", l + 1),
                          {stage.layer(lower).unit, transposed(weight), ordinary_bias_of(ctx, stage, lower)},
                          {stage.layer(upper).unit, weight.clone(), ordinary_bias_of(ctx, stage, upper)}});
  }
  require_consistent(net);
  return net;
}

bool can_start_tied(const EnergyModel& below, const EnergyModel& next) {
  const MachineEnds under = ends_of(below), over = ends_of(next);
  const auto same = [](const Layer& a, const Layer& b) { return a.units == b.units && a.unit == b.unit; };
  return same(below.layer(under.lower), next.layer(over.upper)) &&
         same(below.layer(under.upper), next.layer(over.lower)) &&
         !std::holds_alternative<Counts>(below.layer(under.lower).unit);
}

void start_tied(Context& ctx, const EnergyModel& below, EnergyModel& next) {
  require(can_start_tied(below, next), "belief net: the next machine is not the shape of the one below upside down");
  below.require_no_factors("belief net");
  const MachineEnds under = ends_of(below), over = ends_of(next);
  for (Layer& layer : next.layers()) layer.offset = {};
  next.layer(over.lower).bias = ordinary_bias_of(ctx, below, under.upper);
  next.layer(over.upper).bias = ordinary_bias_of(ctx, below, under.lower);
  for (Connection& c : next.connections())
    if (c.lower == over.lower)
      c.weight = transposed(weight_between(below, under.lower, under.upper));
    else
      set_zero(c.weight);
  if (const auto label = next.find(Role::label)) set_zero(next.layer(*label).bias);
}

}  // namespace deepboltz
