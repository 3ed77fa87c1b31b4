// Real-valued codes to binary ones: bit i of a case is 1 where unit i is above its threshold.
//
// The thresholds are one number for all units (0.1 for logistic units after noise; Salakhutdinov & Hinton 2009), or
// the median of each unit over the training cases, which makes each bit 1 in half of them. They are fitted on training
// cases and kept with the model.
#pragma once

#include "deepboltz/task/binary_codes.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

// (1, units), all `threshold`.
Tensor equal_thresholds(std::int64_t units, double threshold, DType dtype);

// (1, units): the median of each unit; of an even number of cases, halfway between the middle two.
// codes: (cases, units) f32 or f64. InputError: no cases.
Tensor median_thresholds(Context& ctx, ConstMatrix codes);

// codes: (cases, units) f32 or f64; thresholds: (1, units) of the same type. InputError: 0 or more than 512 units,
// another number of thresholds, a code that is not a number.
BinaryCodes threshold_codes(Context& ctx, ConstMatrix codes, ConstMatrix thresholds);

}  // namespace deepboltz
