// Pseudo-log-likelihood of binary visible units: Σ_i log p(v_i | the other v) = Σ_i log σ(F(v with bit i flipped) −
// F(v)). Besag (1975). Needs a model whose hidden layers are one block, and binary cases.
#pragma once

#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/rng/key.h"

namespace deepboltz {

// out[case] ← the sum over all units: as many products as units.
void pseudo_log_likelihood(Context& ctx, const EnergyModel& model, State& state, std::span<double> out);

// out[case] ← units · log σ(…) of one random unit a case: unbiased, at the price of two free energies.
void sampled_pseudo_log_likelihood(Context& ctx, const EnergyModel& model, Key key, State& state,
                                   std::span<double> out);

}  // namespace deepboltz
