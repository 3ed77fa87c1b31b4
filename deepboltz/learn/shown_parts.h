// Which parts a case is shown with in a presentation, and an order of a batch in which those that lack a part stand
// together, so that what is missing costs products for them only (infer/free_cases.h).
#pragma once

#include "deepboltz/learn/source.h"

namespace deepboltz {

// Whether every case is shown with all of its parts.
bool shows_all(const Source& source);

// Whether each case is shown with each part: not where it has none, nor where it is hidden. A case of which nothing
// would be left is shown with all that it has. What is hidden is drawn by the key and the case's number.
//   (visible layers) lists of one number a row
std::vector<std::vector<std::uint8_t>> parts_shown(const Source& source, std::span<const std::uint32_t> rows, Key key);

// The rows, those without the first part in front, those without the last one at the end; else in their order.
std::vector<std::uint32_t> grouped_by_parts(const Source& source, std::span<const std::uint32_t> rows, Key key);

}  // namespace deepboltz
