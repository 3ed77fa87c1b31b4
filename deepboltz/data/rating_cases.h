// Ratings as the cases of a machine: one row a case, which is a user or an item.
#pragma once

#include "deepboltz/data/rating_data.h"
#include "deepboltz/kernel/sparse_rows.h"

namespace deepboltz {

// Whose ratings make a case.
enum class RatingCase : std::uint8_t { user, item };

// One row a case, ratings of `other`s in columns: other·levels + level.
SparseRows rating_rows(const RatingData& data, std::span<const Rating> ratings, RatingCase of);

// What is known of every case.
struct RatingCases {
  SparseRows ratings;  // columns: other·levels + level
  SparseRows seen;     // r: others who are rated, or seen without a rating; no columns: not told
};
RatingCases rating_cases(const RatingData& data, std::span<const Rating> ratings, RatingCase of);
RatingCases select_rows(const RatingCases& cases, std::span<const std::uint32_t> rows);

}  // namespace deepboltz
