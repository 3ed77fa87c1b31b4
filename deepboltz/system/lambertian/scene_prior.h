// A prior of albedo or normals: a Gaussian machine of any depth, whose visible layer has the shift and scale of the
// data. Given its hidden layers, unit i is N(shift_i + scale_i · field_i, scale_i²).
#pragma once

#include <vector>

#include "deepboltz/model/energy_model.h"
#include "deepboltz/system/lambertian/scene.h"

namespace deepboltz {

// InputError, naming the prior: its visible layer is not Gaussian, is whitened, or has another number of units; or it
// has labels or conditions.
void require_prior(const EnergyModel& prior, std::string_view name, std::int64_t units);

// The deviations of the visible units: their scale, or 1.
std::vector<double> prior_deviations(const EnergyModel& prior);

// mean ← E[data | hidden layers].    (cases, units)
void prior_means(Context& ctx, const EnergyModel& prior, const State& hidden, Matrix mean);

// hidden ← one sweep over the prior's hidden layers given data.    x: (cases, units)
void draw_prior_hidden(Context& ctx, const EnergyModel& prior, ConstMatrix x, Key key, State& hidden);

}  // namespace deepboltz
