// Pictures of half the height and half the width: each pixel the mean of four.
#pragma once

#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

// Grey or coloured bytes; what comes is in [0, 1]. InputError: a side that is odd.
//                                    x: (pictures, height·width·channels); result: f32, a quarter of the columns
Tensor halve_pictures(View<const std::uint8_t> x, int height, int width, int channels = 1);

}  // namespace deepboltz
