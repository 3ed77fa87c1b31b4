// Cases for benchmarks, and sources that draw binary pixels from them anew at every presentation, or show them grey.
#pragma once

#include "deepboltz/learn/fit.h"

namespace deepboltz {

// Digits drawn by the program, grey: repeated or cut to the width asked for.    (cases, units) u8
Tensor digit_cases(Context& ctx, std::int64_t cases, std::int64_t units);

// A share `density` of the pixels white, at random, the others black.    (cases, units) u8
Tensor random_cases(std::int64_t cases, std::int64_t units, double density);

// `grey` must outlive them.
Source drawn_from(const Tensor& grey);
Source grey_as_they_are(const Tensor& grey);

}  // namespace deepboltz
