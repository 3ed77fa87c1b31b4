// log Z of a model from the swaps of its trajectory (sample/trajectory_tempering.h): stones from machine to machine, as
// from temperature to temperature (stepping_stones.h), begun at the first, whose units are independent. Nothing is
// computed that the swaps do not need. It takes EnergyModels: the biases of the first are its log Z. Béreux, Decelle,
// Furtlehner, Rosset & Seoane (2025)
#pragma once

#include "deepboltz/base/report.h"
#include "deepboltz/estimate/stepping_stones.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

struct TrajectoryLogZOptions {
  int rounds = 400;  // that are measured, after as many of burn-in
  Key key = {};
  Report report = {};  // false stops with Interrupted
};

struct TrajectoryEstimate {
  Estimate forward, backward, bridge;  // of log Z; they warn where two neighbours swap less than a state in ten
  double barrier = 0;                  // Σ of the neighbours' mean rejections
};

// `machines`: from independent units to the model. chains[m]: states of machine m, as many cases each; row r of all of
// them is one ladder. InputError: fewer than two machines, cases or rounds; a first machine whose weights are not zero;
// one without an energy.
TrajectoryEstimate trajectory_log_z(Context& ctx, std::span<const EnergyModel* const> machines,
                                    std::span<State* const> chains, const TrajectoryLogZOptions& options);

}  // namespace deepboltz
