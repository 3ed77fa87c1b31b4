// Whether a machine in training is above independent units (task/independent_units.h), asked at every look.
//
// That it is below them shows without annealing: log p or its bound is at most the objective minus what log Z has at
// least, which is
//
//   E_q[−F − log q]               of any q, here independent units, also with a bound in the place of −F
//   log Σ_v exp −E(v, h)          of any h: where short chains end
//
// Where log Z is annealed, it is compared as well.
#pragma once

#include <optional>

#include "deepboltz/estimate/estimate.h"
#include "deepboltz/learn/stage.h"
#include "deepboltz/task/independent_units.h"

namespace deepboltz {

class FloorWatch {
 public:
  // Fitted on `train`, for the first `count` of `cases`. The machines have an energy, and no visible counts.
  FloorWatch(Context& ctx, const EnergyModel& model, const Cases& train, const Cases& cases, std::int64_t count,
             Key key);

  std::int64_t cases() const { return std::int64_t(log_q_.size()); }
  Estimate floor() const { return mean_estimate(log_q_); }  // log q of those cases, with their labels

  // Mean of log p − log q over those cases.    objective: of each of them (objective.h)
  Estimate above(std::span<const double> objective, const Estimate& log_z) const;

  // Of every second chain the visible layer and the label ← draws from q.
  void start_every_second(Context& ctx, const EnergyModel& model, Key key, State& chains) const;

  // A machine that is below the floor is a warning.
  void look(Context& ctx, const EnergyModel& model, std::span<const double> objective,
            const std::optional<Estimate>& log_z, Figures& figures) const;

 private:
  IndependentUnits units_;
  std::vector<double> log_q_;
  Key key_;
};

}  // namespace deepboltz
