// Gibbs sweeps that end with the visible layer, and hand out the means that it was drawn from: the pictures of a
// machine, and the Rao–Blackwell estimates of its pixels, are made of these means.
#pragma once

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// Draws every block once given the rest, that of the visible layer last; visible_mean, if not empty, ← E[v | the other
// layers], clamped units as they are.    visible_mean: (cases, visible units)
void sweep_visible_last(Context& ctx, const EnergyModel& model, Key key, SentMemory& sent, State& state,
                        Matrix visible_mean);

// Values for the free units of the visible layer, drawn with the means in `means` (1, units; states), or at a field of
// zero where `means` is empty; then means of the other free layers by a bottom-up pass: a start for sweeps.
void start_visible(Context& ctx, const EnergyModel& model, ConstMatrix means, Key key, State& state);

}  // namespace deepboltz
