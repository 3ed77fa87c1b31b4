#include "deepboltz/estimate/belief_net_joint.h"

#include "deepboltz/base/numeric.h"
#include "deepboltz/estimate/class_free_energies.h"
#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/kernel/log_probability.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/model/support.h"
#include "deepboltz/stack/belief_net_passes.h"

namespace deepboltz {
namespace {

// out[case] ← log of the top's weight of its visible layer in `state`, all others summed out.
void top_log_weight(Context& ctx, const EnergyModel& top, State& state, std::span<double> out) {
  const auto label = top.find(Role::label);
  if (!label) return negative_free_energy(ctx, top, state, out);
  ScratchScope scope(ctx);
  const auto by_class = scope.matrix(DType::f64, top.layer(*label).units, state.cases).as<double>();
  class_free_energies(ctx, top, state, by_class);
  for (std::int64_t r = 0; r < state.cases; ++r) {
    StreamingLogSumExp sum;
    for (std::int64_t y = 0; y < by_class.rows; ++y) sum.add(by_class(y, r));
    out[std::size_t(r)] = sum.value();
  }
}

}  // namespace

BeliefNetStates::BeliefNetStates(Context& ctx, const BeliefNet& net, std::int64_t capacity)
    : top(net.top.make_state(ctx, capacity)) {
  for (std::int64_t l = 0; l < net.depth(); ++l) lower.emplace_back(net.dtype(), capacity, net.units(l));
}

std::vector<Matrix> BeliefNetStates::x(const BeliefNet& net) {
  std::vector<Matrix> all;
  for (Tensor& layer : lower) all.push_back(layer.view().slice(0, top.cases));
  all.push_back(top.x(net.top.visible()));
  return all;
}

void add_log_below(Context& ctx, const BeliefNet& net, std::size_t k, std::span<const double> lengths,
                   std::span<const Matrix> x, std::span<double> sum) {
  ScratchScope scope(ctx);
  add_log_probability(ctx, net.layers[k].generative.unit, field_below(ctx, scope, net.layers[k], x[k + 1], lengths),
                      x[k], 1, sum);
}

void add_log_above(Context& ctx, const BeliefNet& net, BeliefNetStates& states, std::span<double> sum) {
  const auto x = states.x(net);
  std::vector<double> of_top(sum.size());
  top_log_weight(ctx, net.top, states.top, of_top);
  for (std::size_t r = 0; r < sum.size(); ++r) sum[r] += of_top[r];
  for (std::size_t k = 1; k < net.layers.size(); ++k) add_log_below(ctx, net, k, {}, x, sum);
}

void require_belief_net_cases(Context& ctx, const BeliefNet& net, ConstMatrix cases) {
  require_consistent(net);
  require(cases.rows >= 1 && cases.cols == net.bottom_units() && cases.dtype == net.dtype(),
          "belief net: expected cases of {} units and {}, got {} × {} of {}", net.bottom_units(), name_of(net.dtype()),
          cases.rows, cases.cols, name_of(cases.dtype));
  net.top.require_energy("belief net");
  for (const DirectedLayer& layer : net.layers)
    for (const Affine* map : {&layer.generative, &layer.recognition})
      require(is_normalised(map->unit), "belief net: '{}' units have no normaliser: no log-probability has them",
              name_of(map->unit));
  EnergyModel bottom(net.dtype());
  const LayerId id = bottom.add("visible", net.bottom_unit(), net.bottom_units(), Role::visible);
  State state = bottom.make_state(ctx, cases.rows);
  scale_add(ctx, 1, cases, 0, state.x(id));
  state.clamp(id);
  if (!state.lengths().empty()) state.length.front() = document_lengths(net, cases);
  require_states(bottom, id, state, "belief net");
}

}  // namespace deepboltz
