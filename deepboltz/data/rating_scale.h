// Whether a file has ratings, and on which scale, as far as they tell it.
#pragma once

#include <filesystem>
#include <optional>

#include "deepboltz/data/ratings.h"

namespace deepboltz {

// Of a table with MovieLens' header, or lines with "::" between their cells; absent: it is no such file. Ratings from 1
// to 5 are on the scale 1, 2, … 5; others on that of the lowest, the highest and the smallest step that occur.
std::optional<RatingScale> find_scale(const std::filesystem::path& path);

}  // namespace deepboltz
