// One row of binarise.h into floats, in vectors: the same numbers as the plain loop, bit for bit.
#pragma once

#include "deepboltz/kernel/binarise.h"

namespace deepboltz::simd {

void binarise_row(Binarise how, const std::uint8_t* grey, std::int64_t units, Key key, std::uint32_t row, float* out);

}  // namespace deepboltz::simd
