// The slope of a unit's mean, ∂mean/∂field, which is a function of the mean: what a gradient is multiplied by on its
// way down through a layer.
#pragma once

#include "deepboltz/tensor/context.h"
#include "deepboltz/unit/unit.h"

namespace deepboltz {

// Whether back-propagation knows the slope, so that the unit may stand below other layers.
bool has_slope(const Unit& unit);

// delta ← delta · ∂mean/∂field, from the mean a that was shown as y = a·r/keep.    mask: r, or empty
void times_slope(Context& ctx, const Unit& unit, ConstMatrix shown, ConstMatrix mask, double keep, Matrix delta);

}  // namespace deepboltz
