// The log-probability of values that units took: log p(x | f) = x·f − A(f) + log ν(x).
#pragma once

#include <span>

#include "deepboltz/kernel/field.h"
#include "deepboltz/tensor/context.h"
#include "deepboltz/unit/unit.h"

namespace deepboltz {

// sum[case] += scale · Σ over units of log p(x | field), of normalised units.    x: (cases, units); the field at β = 1
void add_log_probability(Context& ctx, const Unit& unit, const Field& field, ConstMatrix x, double scale,
                         std::span<double> sum);

}  // namespace deepboltz
