// One row of dropout.h, floats in vectors: the same numbers as the plain loop, bit for bit.
#pragma once

#include "deepboltz/kernel/dropout.h"

namespace deepboltz::simd {

// keep_below: kept where uniform() < it, on the grid of rng/draw.h
void drop_row(float keep_below, float scale, Key key, std::uint32_t row, std::int64_t units, float* x,
              std::uint8_t* mask);

}  // namespace deepboltz::simd
