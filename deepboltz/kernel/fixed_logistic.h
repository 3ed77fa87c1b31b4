// The mean of a Bernoulli unit in steps of 2⁻⁸, the same on every processor. Within 2⁻⁹ + 1e-6 of the logistic.
#pragma once

#include "deepboltz/kernel/exact_logistic.h"

namespace deepboltz {

inline constexpr int kMeanBits = 8;  // a mean of 1 is 2⁸

inline std::int16_t fixed_logistic(float x) { return std::int16_t(in_steps(exact_logistic(x), kMeanBits)); }

}  // namespace deepboltz
