// The tiles of weighted_rows.h in vectors.
#pragma once

#include "deepboltz/kernel/weighted_rows.h"

namespace deepboltz::simd {

// One block of 32 units that receive, for some cases.
void add_rows_block(const IntegerWeights& weights, Direction direction, const WeightedRows& from, std::int64_t block,
                    std::int64_t first_case, std::int64_t cases, RowSums& sums);

}  // namespace deepboltz::simd

// The same by plain loops: the reference of the tests, and what processors without known vectors run.
namespace deepboltz::plain {

void add_rows_block(const IntegerWeights& weights, Direction direction, const WeightedRows& from, std::int64_t block,
                    std::int64_t first_case, std::int64_t cases, RowSums& sums);

}  // namespace deepboltz::plain
