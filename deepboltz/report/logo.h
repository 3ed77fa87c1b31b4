// Sequence logos: a column of letters a site, as high as they say something. Schneider & Stephens (1990).
#pragma once

#include <string_view>

#include "deepboltz/io/image.h"
#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

// How much each letter of each site says: f_i(a) · R_i bits, R_i = log₂ letters + Σ_a f_i(a) log₂ f_i(a).
// frequencies: (1, sites · letters), each site's summing to 1
Tensor information(ConstMatrix frequencies, std::int64_t letters);

// Rows of logos, one above the other: positive heights stand on a line, the greatest on top, negative ones hang from
// it, the lowest at the bottom. All rows share one scale; gaps ('-') are not drawn, nor letters lower than a twentieth
// of a row, which nobody could read. heights: (rows, sites · letters)
Image draw_logos(ConstMatrix heights, std::string_view letters);

}  // namespace deepboltz
