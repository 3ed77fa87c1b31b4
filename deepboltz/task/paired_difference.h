// How much better one list of figures is than another of the same cases, draws or seeds. What makes a case hard for
// both does not count: the error is that of the mean of the differences.
#pragma once

#include <span>

#include "deepboltz/estimate/estimate.h"

namespace deepboltz {

// Mean of first − second.    InputError: lists of different lengths, fewer than two figures
Estimate paired_difference(std::span<const double> first, std::span<const double> second);

}  // namespace deepboltz
