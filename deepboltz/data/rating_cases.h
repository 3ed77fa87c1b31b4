// Ratings as the cases of a machine: one row a case, which is a user or an item.
#pragma once

#include "deepboltz/data/rating_data.h"
#include "deepboltz/kernel/rating_cases.h"

namespace deepboltz {

// Whose ratings make a case.
enum class RatingCase : std::uint8_t { user, item };

// One row a case, ratings of `other`s in columns: other·levels + level.
SparseRows rating_rows(const RatingData& data, std::span<const Rating> ratings, RatingCase of);

// The same, and what was seen: r has one column an `other`, where the data tell.
RatingCases rating_cases(const RatingData& data, std::span<const Rating> ratings, RatingCase of);

}  // namespace deepboltz
