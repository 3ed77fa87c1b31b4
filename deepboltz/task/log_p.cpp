#include "deepboltz/task/log_p.h"

#include <algorithm>
#include <limits>

#include "deepboltz/base/numeric.h"
#include "deepboltz/estimate/class_free_energies.h"
#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/learn/visible_values.h"
#include "deepboltz/model/standardisation.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kBatch = 1'000;  // cases at a time

// log Σ exp −E of each case, over hidden units and classes.
void sum_out(Context& ctx, const EnergyModel& model, State& state, std::span<double> out) {
  const auto label = model.find(Role::label);
  if (!model.hidden_is_one_block()) {
    variational_bound(ctx, model, {.sweeps = 100}, state, out);
    return;
  }
  if (!label) return negative_free_energy(ctx, model, state, out);
  ScratchScope scope(ctx);
  const auto of_class = scope.matrix(DType::f64, model.layer(*label).units, state.cases).template as<double>();
  class_free_energies(ctx, model, state, of_class);
  std::fill(out.begin(), out.end(), -std::numeric_limits<double>::infinity());
  for (std::int64_t y = 0; y < of_class.rows; ++y)
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = log_add_exp(out[i], of_class(y, std::int64_t(i)));
}

bool can_be_enumerated(Context& ctx, const EnergyModel& model) {
  const State free = model.make_state(ctx, 1);
  double fewest = std::numeric_limits<double>::infinity();
  for (int block = 0; block < model.blocks(); ++block) fewest = std::min(fewest, count_states(model, free, block));
  return fewest <= double(EnumerateOptions{}.limit);
}

Estimate log_z_of(Context& ctx, const EnergyModel& model, const Cases& cases, AisOptions& options) {
  if (can_be_enumerated(ctx, model)) {
    const double value = exact_log_z(ctx, model);
    return {.value = value, .lower = value, .upper = value};
  }
  const auto base = base_rates(model, visible_means(ctx, model, cases), double(cases.count()));
  if (options.base == nullptr) options.base = &base;
  return ais_log_z(ctx, model, options);
}

}  // namespace

Estimate mean_log_p(Context& ctx, const EnergyModel& model, const Cases& cases, AisOptions options) {
  model.require_energy("log p");
  require_values(model, cases);
  require(cases.count() >= 2, "log p: expected at least 2 cases, got {}", cases.count());
  std::vector<double> values(std::size_t(cases.count()));
  for (std::int64_t first = 0; first < cases.count(); first += kBatch) {
    const std::int64_t count = std::min(kBatch, cases.count() - first);
    State state = fixed_cases(ctx, model, cases, first, count, false);
    sum_out(ctx, model, state, std::span(values).subspan(std::size_t(first), std::size_t(count)));
  }
  for (double& value : values) value += log_jacobian(model.layer(model.visible()));
  return mean_log_p(values, log_z_of(ctx, model, cases, options));
}

}  // namespace deepboltz
