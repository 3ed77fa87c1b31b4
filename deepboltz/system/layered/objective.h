// What a machine in training says of cases without its log Z.
#pragma once

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// −F(v) of every case, or of a deep machine the mean-field bound in its place, in the units of the data; NaN where
// there is no energy. `state` has the visible layers clamped, and ends with the posterior means of the others.
std::vector<double> objective_of(Context& ctx, const EnergyModel& model, State& state);

}  // namespace deepboltz
