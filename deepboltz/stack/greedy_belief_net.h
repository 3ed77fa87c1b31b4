// Belief nets by greedy construction: RBMs that were trained one on the hidden layer of the other.
//
// Every RBM but the last becomes a directed layer whose two maps start tied; the last one is the top. Where the next
// RBM starts as the one below upside down, the net has exactly the distribution of the one below, recognition is the
// exact posterior, and the variational bound is log p. From there every rise of the bound is due to the next RBM
// (Hinton, Osindero & Teh 2006).
#pragma once

#include <span>

#include "deepboltz/stack/belief_net.h"

namespace deepboltz {

// stages: from the bottom, at least two, each an RBM without pretraining factors, only the last with labels. Offsets
// are folded into biases. Layers are named "hidden1", "hidden2", … InputError where stages do not fit.
BeliefNet belief_net_from_stages(Context& ctx, std::span<const EnergyModel> stages);

// Whether `next` can start as `below` upside down: its hidden layer is as wide as the visible layer of `below`, and of
// the same unit, its visible layer like the hidden one of `below`; documents have a length, and cannot.
bool can_start_tied(const EnergyModel& below, const EnergyModel& next);

// next ← `below` upside down: the transposed weight, and the ordinary biases exchanged. A label layer of `next` gets
// zeros, so that it says nothing yet.    InputError: can_start_tied is false
void start_tied(Context& ctx, const EnergyModel& below, EnergyModel& next);

}  // namespace deepboltz
