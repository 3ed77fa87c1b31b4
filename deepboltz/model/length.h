// The length of a document, D, beside a layer of counts:
//
//   E(v, h) = −b·v − Σ v_k W_kj h_j − D·a·h      Σ_k v_k = D
//
// It says how many words the layer of counts has in a case, and multiplies the biases of the layers connected to it: a
// document of D words stands for D softmax units, each with a vote. Every length has a distribution, and a log Z, of
// its own. Salakhutdinov & Hinton (2009), eq. 2 and 3; docs/models/counts.md
#pragma once

#include "deepboltz/kernel/field.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// Whether the layer is connected to one of counts.
bool beside_counts(const EnergyModel& model, LayerId layer);

// State::length ← the sums of what its layer of counts holds. Nothing for a model without one.
void take_lengths(const EnergyModel& model, State& state);

// Completes the field of `layer`: the bias and the lengths, into what its neighbours sent (cases, units; empty: nothing
// came). Beside counts the bias comes once a word. InputError: a length that is not known.
Field with_bias(Context& ctx, ScratchScope& scope, const EnergyModel& model, LayerId layer, const State& state,
                Matrix bias, Matrix input);

}  // namespace deepboltz
