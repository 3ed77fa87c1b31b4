// Pseudo-log-likelihood of the visible units: Σ_i log p(v_i | the other v), from free energies at every value that v_i
// could have; of bits Σ_i log σ(F(v with bit i flipped) − F(v)). Besag (1975). Needs a model whose hidden layers are
// one block, and cases that are values of its units.
#pragma once

#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/rng/key.h"

namespace deepboltz {

// out[case] ← the sum over all units: as many free energies as they have other values.
void pseudo_log_likelihood(Context& ctx, const Target& model, State& state, std::span<double> out);

// out[case] ← units · the term of one random unit a case: unbiased, at the price of a free energy a value.
void sampled_pseudo_log_likelihood(Context& ctx, const Target& model, Key key, State& state, std::span<double> out);

}  // namespace deepboltz
