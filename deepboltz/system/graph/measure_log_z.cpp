#include <algorithm>

#include "deepboltz/rng/draw.h"
#include "deepboltz/sample/ladder.h"
#include "deepboltz/system/graph/evaluation.h"
#include "deepboltz/system/layered/log_z_within.h"

namespace deepboltz {
namespace {

class Normaliser {
 public:
  Normaliser(Context& ctx, const GraphSubject& subject, const std::vector<Tensor>& base)
      : ctx_(ctx),
        plan_(subject.plan),
        model_(subject.model),
        at_hand_(subject.at_hand),
        base_(base),
        options_(subject.of) {}

  MeasuredLogZ run() {
    MeasuredLogZ out;
    LogZMeasurement measurement(ctx_, model_, starts(),
                                {.ladder = plan_.ladder == "uniform" ? uniform_ladder : three_part_ladder,
                                 .steps = int(plan_.ais_steps),
                                 .runs = int(plan_.ais_runs),
                                 .burn_in = int(plan_.burn_in),
                                 .levels = int(plan_.tempering_levels),
                                 .ladders = plan_.tempering_ladders,
                                 .rounds = int(plan_.tempering_rounds),
                                 .base = &base_,
                                 .key = options_.key,
                                 .report = options_.report});
    out.of_machine = log_z_within(ctx_, model_, measurement, options_.budget, options_.report);
    if (plan_.tempering_rounds >= 2)
      if (const auto trajectory = kept_trajectory()) measure_by_trajectory(*trajectory, out);
    return out;
  }

 private:
  void measure_by_trajectory(const Trajectory& trajectory, MeasuredLogZ& out) {
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

  // States at cases, those of training where they are here: what the chains of the model begin from.
  State starts() {
    const std::int64_t runs = std::min(plan_.ais_runs, at_hand_.count());
    std::vector<std::uint32_t> rows =
        permutation(options_.key.fold(EvaluationUse::start), std::uint32_t(at_hand_.count()));
    rows.resize(std::size_t(runs));
    State chains = fixed_cases(ctx_, model_, select_rows(at_hand_, rows), 0, runs, false);
    bottom_up(ctx_, model_, chains);
    chains.unclamp(model_.visible());
    return chains;
  }

  // What a run that trained by trajectory tempering keeps beside its model.
  std::optional<Trajectory> kept_trajectory() {
    return options_.folder.empty() ? std::nullopt : read_trajectory(ctx_, model_, options_.folder);
  }

  Context& ctx_;
  const EvaluateRecipe& plan_;
  const EnergyModel& model_;
  const Cases& at_hand_;
  const std::vector<Tensor>& base_;
  const Subject& options_;
};

}  // namespace

MeasuredLogZ measure_log_z(Context& ctx, const GraphSubject& subject, const std::vector<Tensor>& base) {
  return Normaliser(ctx, subject, base).run();
}

}  // namespace deepboltz
