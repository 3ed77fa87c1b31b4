#include <algorithm>
#include <limits>

#include "deepboltz/estimate/bridge.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/recipe/evaluation.h"
#include "deepboltz/recipe/trust.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz {
namespace {

class Normaliser {
 public:
  Normaliser(Context& ctx, const Recipe& recipe, const EnergyModel& model, const Dataset& train,
             const std::vector<Tensor>& base, const EvaluateOptions& options)
      : ctx_(ctx),
        recipe_(recipe),
        plan_(recipe.evaluate),
        model_(model),
        train_(train),
        base_(base),
        options_(options) {}

  Likelihood run() {
    Likelihood out;
    const auto anneal = [&](std::uint64_t use) {
      return annealing(plan_, options_, base_, plan_.ais_steps, plan_.ais_runs, use);
    };
    const std::vector<double> forward = ais_log_weights(ctx_, model_, anneal(EvaluationUse::forward));
    const std::vector<double> reverse =
        reverse_ais_log_weights(ctx_, model_, model_samples(), anneal(EvaluationUse::reverse));
    out.log_z = log_mean_exp(forward);
    out.log_z_reverse = reverse_log_z(reverse);
    out.log_z_bridge = bridge_log_z(forward, reverse);
    if (plan_.tempering_rounds >= 2) measure_by_tempering(out);
    if (plan_.tempering_rounds >= 2 && options_.trajectory != nullptr) measure_by_trajectory(out);
    if (can_be_enumerated()) {
      if (!proceed(options_.report, {"log Z by enumeration", 0, 1, ""})) throw Interrupted("evaluate: stopped");
      out.log_z_exact = exactly(exact_log_z(ctx_, model_));
    }
    out.trust = which_to_trust(out);
    return out;
  }

 private:
  static Estimate exactly(double value) { return {.value = value, .lower = value, .upper = value}; }

  bool can_be_enumerated() {
    const State free = model_.make_state(ctx_, 1);
    double fewest = std::numeric_limits<double>::infinity();
    for (int block = 0; block < model_.blocks(); ++block) fewest = std::min(fewest, count_states(model_, free, block));
    return fewest <= double(EnumerateOptions{}.limit);
  }

  void measure_by_tempering(Likelihood& out) {
    out.tempering = tempering_log_z(ctx_, model_,
                                    {.levels = int(plan_.tempering_levels),
                                     .ladders = plan_.tempering_ladders,
                                     .rounds = int(plan_.tempering_rounds),
                                     .base = &base_,
                                     .key = options_.key.fold(EvaluationUse::tempering),
                                     .report = options_.report});
  }

  void measure_by_trajectory(Likelihood& out) {
    std::vector<const EnergyModel*> machines;
    for (const EnergyModel& machine : options_.trajectory->machines) machines.push_back(&machine);
    machines.push_back(&model_);
    std::vector<State> moving;
    for (const State& chains : options_.trajectory->chains) moving.push_back(chains.clone());
    std::vector<State*> chains;
    for (State& state : moving) chains.push_back(&state);
    out.trajectory = trajectory_log_z(ctx_, machines, chains,
                                      {.rounds = int(plan_.tempering_rounds),
                                       .key = options_.key.fold(EvaluationUse::trajectory),
                                       .report = options_.report});
  }

  // Draws of the model, as good as the chains are long: from training cases, burn_in sweeps.
  State model_samples() {
    const std::int64_t runs = std::min(plan_.ais_runs, train_.cases());
    std::vector<std::uint32_t> rows =
        permutation(options_.key.fold(EvaluationUse::start), std::uint32_t(train_.cases()));
    rows.resize(std::size_t(runs));
    State chains =
        fixed_cases(ctx_, model_, Presenter(recipe_), Share::train, select_rows(train_, rows), 0, runs, false);
    bottom_up(ctx_, model_, chains);
    chains.unclamp(model_.visible());
    SentMemory sent;
    for (std::int64_t sweep = 0; sweep < plan_.burn_in; ++sweep) {
      if (!proceed(options_.report, {"chains for reverse ais", sweep, plan_.burn_in, ""}))
        throw Interrupted("evaluate: stopped");
      advance(ctx_, model_, Gibbs{1, &sent}, options_.key.fold(EvaluationUse::chains).fold(std::uint64_t(sweep)),
              chains);
    }
    return chains;
  }

  Context& ctx_;
  const Recipe& recipe_;
  const EvaluateRecipe& plan_;
  const EnergyModel& model_;
  const Dataset& train_;
  const std::vector<Tensor>& base_;
  const EvaluateOptions& options_;
};

}  // namespace

Likelihood measure_log_z(Context& ctx, const Recipe& recipe, const EnergyModel& model, const Dataset& train,
                         const std::vector<Tensor>& base, const EvaluateOptions& options) {
  return Normaliser(ctx, recipe, model, train, base, options).run();
}

}  // namespace deepboltz
