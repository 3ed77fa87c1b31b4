// The baseline that every completion must beat: the training image that agrees best with the known pixels, copied.
#pragma once

#include <cstdint>
#include <vector>

#include "deepboltz/tensor/context.h"

namespace deepboltz {

// For every case the row of the training image with the least number of differing known pixels; the first of several.
// Training images are binary at grey ≥ 128.    training: (any, units) u8; cases: (cases, units), binary where known;
// known: (cases, units) u8, nonzero where known
std::vector<std::int64_t> nearest_on_known(Context& ctx, ConstMatrix training, ConstMatrix cases, ConstMatrix known);

// Row r ← grey/255 of training row rows[r]: the neighbour's pixels as probabilities, for score_completion.
Tensor copied_pixels(ConstMatrix training, const std::vector<std::int64_t>& rows, DType dtype);

// Mean of grey/255 of every pixel: the other baseline.    (1, units)
Tensor mean_image(ConstMatrix training, DType dtype);

}  // namespace deepboltz
