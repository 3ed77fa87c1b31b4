// Ratings as the cases of a machine: one row a case, which is a user or an item.
#pragma once

#include "deepboltz/data/rating_data.h"
#include "deepboltz/kernel/sparse_rows.h"

namespace deepboltz {

// What is known of cases of ratings, one row a case.
struct RatingCases {
  SparseRows ratings;  // columns: item·levels + level
  SparseRows seen;     // r: items that are rated, or seen without a rating; no columns: not known
};

inline RatingCases select_rows(const RatingCases& cases, std::span<const std::uint32_t> rows) {
  return {select_rows(cases.ratings, rows), cases.seen.cols > 0 ? select_rows(cases.seen, rows) : SparseRows{}};
}

// Whose ratings make a case.
enum class RatingCase : std::uint8_t { user, item };

// One row a case, ratings of `other`s in columns: other·levels + level.
SparseRows rating_rows(const RatingData& data, std::span<const Rating> ratings, RatingCase of);

// The same, and what was seen: r has one column an `other`, where the data tell.
RatingCases rating_cases(const RatingData& data, std::span<const Rating> ratings, RatingCase of);

}  // namespace deepboltz
