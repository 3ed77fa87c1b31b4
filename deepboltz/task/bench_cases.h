// Cases for benchmarks, and a source that draws binary pixels from them anew at every presentation.
#pragma once

#include "deepboltz/learn/fit.h"

namespace deepboltz {

// Digits drawn by the program, grey: repeated or cut to the width asked for.    (cases, units) u8
Tensor digit_cases(Context& ctx, std::int64_t cases, std::int64_t units);

// A share `density` of the pixels white, at random, the others black.    (cases, units) u8
Tensor random_cases(std::int64_t cases, std::int64_t units, double density);

// `grey` must outlive it.
Source drawn_from(const Tensor& grey);

}  // namespace deepboltz
