#include "deepboltz/estimate/trajectory_log_z.h"

#include <algorithm>

#include "deepboltz/model/field.h"
#include "deepboltz/sample/barrier.h"
#include "deepboltz/sample/trajectory_tempering.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kBurnIn, kMeasure };

// log Z of a machine without weights: the normaliser of its biases.
double log_z_of_independent(Context& ctx, const EnergyModel& machine, const State& like) {
  for (const Connection& c : machine.connections())
    for (std::int64_t i = 0; i < c.weight.rows(); ++i)
      for (std::int64_t j = 0; j < c.weight.cols(); ++j)
        require(c.weight.at(i, j) == 0, "trajectory: the first machine has connections; its log Z is not known");
  std::vector<Tensor> base;
  for (LayerId id : machine.ids()) {
    base.emplace_back(machine.precision(), 1, machine.layer(id).units);
    ordinary_bias(ctx, machine, id, base.back());
  }
  std::vector<double> log_z(std::size_t(like.cases));
  machine.log_z_base(ctx, like, &base, log_z);
  return log_z[0];
}

}  // namespace

TrajectoryEstimate trajectory_log_z(Context& ctx, std::span<const EnergyModel* const> machines,
                                    std::span<State* const> chains, const TrajectoryLogZOptions& options) {
  require(machines.size() >= 2, "trajectory: expected at least two machines, got {}", machines.size());
  require(options.rounds >= 2, "trajectory: expected at least two rounds, got {}", options.rounds);
  for (const EnergyModel* machine : machines) machine->require_energy("trajectory");
  machines[0]->require_unconditional("trajectory");
  const std::vector<const Target*> targets(machines.begin(), machines.end());
  const TrajectoryTempering how{.machines = targets, .summed = machines[0]->blocks() - 1};
  SteppingStones stones(int(machines.size()), chains[0]->cases);
  const double first = log_z_of_independent(ctx, *machines[0], *chains[0]);
  StepCount steps("trajectory", 2 * std::int64_t(options.rounds), options.report);
  std::int64_t round = 0;
  const auto advance_once = [&](Use use, SwapRecord& record, const OnSwap& on_swap) {
    advance(ctx, how, options.key.fold(use).fold(std::uint64_t(round)), chains, round, record, on_swap);
    steps.add(1);
  };
  SwapRecord burn_in, record;
  while (round < options.rounds) advance_once(kBurnIn, burn_in, {});
  while (round < 2 * options.rounds) advance_once(kMeasure, record, stones.listener());

  const auto rejections = record.mean_rejection();
  TrajectoryEstimate out{shifted(stones.forward(), first), shifted(stones.backward(), first),
                         shifted(stones.bridge(), first), global_barrier(rejections)};
  const auto apart = std::ranges::count_if(rejections, [](double rejection) { return rejection > 0.9; });
  if (apart > 0)
    for (Estimate* e : {&out.forward, &out.backward, &out.bridge})
      e->warning = fmt::format("{} of {} neighbours swap less than a state in ten: train with more tempering.levels",
                               apart, rejections.size());
  return out;
}

}  // namespace deepboltz
