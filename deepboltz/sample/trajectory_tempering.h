// Parallel trajectory tempering: parallel tempering whose levels are not temperatures but the machines that learning
// went through, from independent units to the model. Each has its own chains; neighbours p, q swap states with
//
//   min(1, A),   log A = [log q(x) − log p(x)] + [log p(y) − log q(y)],   x of p, y of q, unnormalised
//
// with one block summed out. Learning breaks a first-order transition into steps that are each small, which a
// temperature does not. The changes of a swap are stepping stones, so log Z comes for free (estimate/
// stepping_stones.h). Béreux, Decelle, Furtlehner, Rosset & Seoane (2025), Fast training and sampling of restricted
// Boltzmann machines. docs/models/sampling.md
#pragma once

#include "deepboltz/sample/parallel_tempering.h"

namespace deepboltz {

struct TrajectoryTempering {
  std::span<const Target* const> machines;  // from the easiest to the model, of the same layers
  int summed = 0;                           // the block summed out of the weights
  int sweeps = 1;                           // after the swaps of a round
};

// chains[m]: the states of machine m, as many cases each. `round` counts rounds: even ones try the pairs (0, 1),
// (2, 3), …, odd ones the others. `record` and `on_swap` as for temperatures; round trips are not counted.
void advance(Context& ctx, const TrajectoryTempering& how, Key key, std::span<State* const> chains, std::int64_t& round,
             SwapRecord& record, const OnSwap& on_swap = {});

}  // namespace deepboltz
