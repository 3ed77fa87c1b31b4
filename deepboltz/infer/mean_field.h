// Mean-field inference: q(h|v) = Π of independent units with means μ that maximise the variational bound.
//
//   log p(v) ≥ −E(v, μ) + H(μ) − log Z,        fixed points: μ = mean of the unit at the field from the neighbours' μ
//
// A block is maximised exactly given the rest, so the bound never falls from block to block. Updating all layers at
// once is not monotone and may oscillate; `damping` is for graphs where that is wanted. Salakhutdinov & Hinton (2009);
// models of docs/models/dbm.md
#pragma once

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// Whether the hidden layers are independent of each other given the cases, so that one pass has their exact means: they
// are one block, and nothing of a visible layer is free (extra words, model/length.h; missing parts,
// infer/missing_part.h).
bool posterior_is_exact(const EnergyModel& model, const State& cases);

struct MeanFieldOptions {
  int sweeps = 25;          // at most; a sweep updates every free block once
  double tolerance = 1e-7;  // stops when the mean |Δμ| of every layer is below
  double damping = 0;       // μ ← (1−damping)·new + damping·old, 0 ≤ damping < 1
};

struct MeanFieldInfo {
  int sweeps = 0;
  double change = 0;  // the last sweep's largest mean |Δμ| of a layer
};

// Writes means into the free layers by one pass away from the clamped ones. A layer that also has neighbours without
// values yet gets its input multiplied by (all connections) / (connections with values): the doubled weights of the
// paper. Layers that nothing clamped reaches start from their biases.
void bottom_up(Context& ctx, const EnergyModel& model, State& state);

// Iterates from the means in `state` to the fixed point.
MeanFieldInfo mean_field(Context& ctx, const EnergyModel& model, const MeanFieldOptions& options, State& state);

// The fields of the free layers at the means in `state`, (cases, units) each; of clamped layers (1, units) of zero. As
// base rates they begin annealing at mean field's q(h|v).
std::vector<Tensor> mean_fields(Context& ctx, const EnergyModel& model, const State& state);

}  // namespace deepboltz
