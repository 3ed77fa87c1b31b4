#include "deepboltz/estimate/importance.h"

#include <algorithm>

#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/kernel/log_probability.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/field.h"

namespace deepboltz {
namespace {

// Draws h ~ q into `drawn` from the means in `inferred`, and takes log q(h) from `log_weight`.
void draw_from_mean_field(Context& ctx, const EnergyModel& model, const State& inferred, Key key, State& drawn,
                          std::span<double> log_weight) {
  for (LayerId id : model.ids(Role::hidden)) {
    const Unit& unit = model.layer(id).unit;
    ScratchScope scope(ctx);
    const Field field = layer_field(ctx, scope, model, id, {}, inferred);
    unit_sample(ctx, unit, field, key.fold(std::uint64_t(id.index)), inferred.first_case, {}, drawn.x(id), {});
    add_log_probability(ctx, unit, field, drawn.x(id), -1, log_weight);
  }
}

}  // namespace

std::vector<Estimate> importance_log_sum(Context& ctx, const EnergyModel& model, const State& inferred,
                                         const ImportanceOptions& options) {
  require(options.draws >= 2, "importance sampling: an interval needs at least two draws, got {}", options.draws);
  hidden_block(model, "importance sampling");
  const LayerId words = model.visible();
  require(std::holds_alternative<Counts>(model.layer(words).unit),
          "importance sampling: '{}' is of {} units, not counts", model.layer(words).name,
          name_of(model.layer(words).unit));
  const std::size_t cases = std::size_t(inferred.cases);
  State drawn = inferred.clone();
  SentMemory sent;
  std::vector<std::vector<double>> log_weights(cases);
  std::vector<double> joint(cases), minus_log_q(cases);
  StepCount steps("extra words", options.draws, options.report);
  for (int draw = 0; draw < options.draws; ++draw) {
    std::ranges::fill(minus_log_q, 0.0);
    draw_from_mean_field(ctx, model, inferred, options.key.fold(std::uint64_t(draw)), drawn, minus_log_q);
    model.log_weight(ctx, drawn, {.sent = &sent}, model.block(words), joint);
    for (std::size_t r = 0; r < cases; ++r) log_weights[r].push_back(joint[r] + minus_log_q[r]);
    steps.add(1);
  }
  std::vector<Estimate> out;
  for (const auto& of_a_case : log_weights) out.push_back(log_mean_exp(of_a_case));
  return out;
}

}  // namespace deepboltz
