// How far cases are from what was made of them.
#pragma once

#include <vector>

#include "deepboltz/tensor/view.h"

namespace deepboltz {

// |x − y|² of each row, in double.    x, y: (cases, units), f32 or f64 each
std::vector<double> squared_errors(ConstMatrix x, ConstMatrix y);

}  // namespace deepboltz
