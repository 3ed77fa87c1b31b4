// Variational inference of a Robust Boltzmann machine: q = Π over pixels of q(v, s) · Π of independent hidden units.
// Given the means of the hidden layers the best q(v, s) is exact (robust_machine.h, mean_pixels), hence the bound never
// falls. docs/models/robust.md
#pragma once

#include "deepboltz/system/robust/robust_machine.h"

namespace deepboltz {

// bound[case] ← the bound on log p(ṽ) + log Z for the means that `state` holds in its hidden layers, with the best q(v,
// s) of the pixels, whose means it writes.
void robust_bound(Context& ctx, const RobustMachine& machine, State& state, std::span<double> bound,
                  const Exposure& exposure = {});

// One update of every hidden layer at the means of its neighbours.
void update_hidden_means(Context& ctx, const RobustMachine& machine, State& state);

}  // namespace deepboltz
