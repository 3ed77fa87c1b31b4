// Curves drawn by the program: pictures of 28 × 28 grey bytes that six numbers describe, for autoencoders (the data of
// Hinton & Salakhutdinov 2006, whose own generator was not published).
//
//   three points    uniform in the unit square, x ascending
//   curve           natural cubic spline y(x) through them, at 80 values of x from the first to the last
//   pixels          column 2 + 24·x, row 2 + 24·y
//   ink             0.63·exp(−d²/(2·1.25²)), d from the pixel to the nearest of the 80 places, pixels
//
// The squared errors of 6 and 18 principal components are 11.0 and 6.0 a picture, of a variance of 17.6
// (dev/baselines/pca.py). Case i depends on the key and i only, not on the number of cases.
#pragma once

#include <cstdint>

#include "deepboltz/data/dataset.h"
#include "deepboltz/rng/key.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

inline constexpr int kCurveSide = 28;  // pixels

// InputError: cases are not 1 to 100,000,000.
Dataset curves(Context& ctx, std::int64_t cases, Key key);

}  // namespace deepboltz
