// Centred and enhanced gradients: states enter relative to means, which makes learning blind to which of a bit's two
// values is called 1. Montavon & Müller (2012); Cho, Raiko & Ilin (2011); Melchior, Fischer & Wiskott (2016).
#pragma once

#include "deepboltz/model/parameters.h"

namespace deepboltz {

// The gradient of centred parameters from that of ordinary ones, for states taken relative to `about`:
// ∇W − about_p ∇b_qᵀ − ∇b_p about_qᵀ.    about: (1, units) a layer
void recentre(Context& ctx, const EnergyModel& model, std::span<const ConstMatrix> about, Parameters& gradient);

// The enhanced gradient from the plain one: recentred about the middle of data and model means, and the biases' share
// of that taken back, so that the parameters stay ordinary.    middle: (1, units) a layer
void enhance(Context& ctx, const EnergyModel& model, std::span<const ConstMatrix> middle, Parameters& gradient);

// Moves the offsets by `rate` towards `means`, and the biases so that no distribution changes.
void move_offsets(Context& ctx, double rate, std::span<const ConstMatrix> means, EnergyModel& model);

}  // namespace deepboltz
