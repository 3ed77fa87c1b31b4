// The data's own numbers and the states of a layer: data = shift + scale·x, unit by unit. Spins stand for pixels in
// {0, 1} by shift = scale = ½, Gaussian units for real values standardised by their means and standard deviations.
// Models know states only; cases come in, and samples go out, through here.
#pragma once

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// x ← the states of data, and back. Nothing for a layer without shift and scale.    x: (cases, units), f32 or f64
void to_states(const Layer& layer, Matrix x);
void to_data(const Layer& layer, Matrix x);

// What a log-density of states lacks to one of the data: −Σ log scale for real-valued units, 0 for units whose values
// are counted.
double log_jacobian(const Layer& layer);

// Presents every unit by the same shift and scale.
void present_by(double shift, double scale, Layer& layer);

}  // namespace deepboltz
