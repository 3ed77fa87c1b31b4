#include <algorithm>
#include <limits>

#include "deepboltz/estimate/bridge.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/system/graph/evaluation.h"

namespace deepboltz {
namespace {

class Normaliser {
 public:
  Normaliser(Context& ctx, const GraphSubject& subject, const std::vector<Tensor>& base)
      : ctx_(ctx),
        subject_(subject),
        plan_(subject.plan),
        model_(subject.model),
        train_(subject.train),
        base_(base),
        options_(subject.of) {}

  LogZ run() {
    LogZ out;
    const auto anneal = [&](std::uint64_t use) {
      return annealing(subject_, base_, plan_.ais_steps, plan_.ais_runs, use);
    };
    const std::vector<double> forward = ais_log_weights(ctx_, model_, anneal(EvaluationUse::forward));
    const std::vector<double> reverse =
        reverse_ais_log_weights(ctx_, model_, model_samples(), anneal(EvaluationUse::reverse));
    out.forward = log_mean_exp(forward);
    out.reverse = reverse_log_z(reverse);
    out.bridge = bridge_log_z(forward, reverse);
    if (plan_.tempering_rounds >= 2) measure_by_tempering(out);
    if (plan_.tempering_rounds >= 2)
      if (const auto trajectory = kept_trajectory()) measure_by_trajectory(*trajectory, out);
    if (can_be_enumerated()) {
      if (!proceed(options_.report, {"log Z by enumeration", 0, 1, ""})) throw Interrupted("evaluate: stopped");
      out.exact = exactly(exact_log_z(ctx_, model_));
    }
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

  void measure_by_tempering(LogZ& out) {
    out.tempering = tempering_log_z(ctx_, model_,
                                    {.levels = int(plan_.tempering_levels),
                                     .ladders = plan_.tempering_ladders,
                                     .rounds = int(plan_.tempering_rounds),
                                     .base = &base_,
                                     .key = options_.key.fold(EvaluationUse::tempering),
                                     .report = options_.report});
  }

  void measure_by_trajectory(const Trajectory& trajectory, LogZ& out) {
    std::vector<const EnergyModel*> machines;
    for (const EnergyModel& machine : trajectory.machines) machines.push_back(&machine);
    machines.push_back(&model_);
    std::vector<State> moving;
    for (const State& chains : trajectory.chains) moving.push_back(chains.clone());
    std::vector<State*> chains;
    for (State& state : moving) chains.push_back(&state);
    out.trajectory = trajectory_log_z(ctx_, machines, chains,
                                      {.rounds = int(plan_.tempering_rounds),
                                       .key = options_.key.fold(EvaluationUse::trajectory),
                                       .report = options_.report});
  }

  // Draws of the model, as good as the chains are long: from training cases, burn_in sweeps.
  State model_samples() {
    const std::int64_t runs = std::min(plan_.ais_runs, train_.count());
    std::vector<std::uint32_t> rows =
        permutation(options_.key.fold(EvaluationUse::start), std::uint32_t(train_.count()));
    rows.resize(std::size_t(runs));
    State chains = fixed_cases(ctx_, model_, select_rows(train_, rows), 0, runs, false);
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

  // What a run that trained by trajectory tempering keeps beside its model.
  std::optional<Trajectory> kept_trajectory() {
    return options_.folder.empty() ? std::nullopt : read_trajectory(ctx_, model_, options_.folder);
  }

  Context& ctx_;
  const GraphSubject& subject_;
  const EvaluateRecipe& plan_;
  const EnergyModel& model_;
  const Cases& train_;
  const std::vector<Tensor>& base_;
  const Subject& options_;
};

}  // namespace

LogZ measure_log_z(Context& ctx, const GraphSubject& subject, const std::vector<Tensor>& base) {
  return Normaliser(ctx, subject, base).run();
}

}  // namespace deepboltz
