// Learnt standard deviations of real-valued data. States are x = (v − shift)/σ with variance 1 given the hidden units,
// so that a density of the data is p(x)/Πσ, and σ, the layer's scale, has the slope
//
//   d/d log σ_i of the mean log p(v) = E_data[x_i (x_i − f_i)] − 1,      f the field of x
//
// at fixed weights and biases of the states. Nothing in it needs the model's samples: E_model[x (x − f)] is 1. With σ
// at the whole standard deviation of the data, as standardising leaves it, hidden units have nothing to explain; it
// must fall as they learn. Cho, Ilin & Raiko (2011) for learning log σ²; Krizhevsky & Hinton (2009) for the form of the
// energy.
#pragma once

#include "deepboltz/learn/learner.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// Whether the model's visible layer has deviations to learn.
bool has_deviations(const EnergyModel& model);

// slope ← the slope above, from a batch whose hidden layers hold posterior means.    slope: (1, visible units)
void deviation_slope(Context& ctx, const EnergyModel& model, const State& data, Matrix slope);

// log σ ← log σ + rate·slope, and σ kept within e^±3 of the `first` one: a column of few values must not end at 0.
// NumericalError where the slope is not finite.
void step_deviations(Context& ctx, double rate, ConstMatrix slope, ConstMatrix first, EnergyModel& model);

}  // namespace deepboltz
