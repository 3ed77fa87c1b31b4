// What is known of the cases of a machine over ratings (model/rating_machine.h), one row a case.
#pragma once

#include "deepboltz/kernel/sparse_rows.h"

namespace deepboltz {

struct RatingCases {
  SparseRows ratings;  // columns: item·levels + level
  SparseRows seen;     // r: items that are rated, or seen without a rating; no columns: not told
};

inline RatingCases select_rows(const RatingCases& cases, std::span<const std::uint32_t> rows) {
  return {select_rows(cases.ratings, rows), cases.seen.cols > 0 ? select_rows(cases.seen, rows) : SparseRows{}};
}

}  // namespace deepboltz
