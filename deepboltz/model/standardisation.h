// The data's own numbers and the states of a layer: data = shift + scale·x, unit by unit. Spins stand for pixels in
// {0, 1} by shift = scale = ½, Gaussian units for real values standardised by their means and standard deviations; or
// whitened, data = shift + root·(scale ∘ x) (model/whitening.h). Models know states only; cases come in, and samples go
// out, through here.
#pragma once

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// x ← the states of data, and back. Nothing for a layer without shift and scale.    x: (cases, units), f32 or f64
void to_states(Context& ctx, const Layer& layer, Matrix x);
void to_data(Context& ctx, const Layer& layer, Matrix x);

// Differences of states as differences of data: to_data without the shift. A row of weights of a Gaussian layer becomes
// what its unit adds to the mean of the data when it is on.
void differences_to_data(Context& ctx, const Layer& layer, Matrix x);

// What a log-density of states lacks to one of the data: −Σ log scale − log det root for real-valued units, 0 for
// units whose values are counted.
double log_jacobian(const Layer& layer);

// Gives every unit the same shift and scale.
void standardise_by(double shift, double scale, Layer& layer);

}  // namespace deepboltz
