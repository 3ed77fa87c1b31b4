// Sparse rows to test on.
#pragma once

#include "deepboltz/kernel/sparse_rows.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz::test {

// Every entry is there with probability `density`; values normal, or all 1.
inline SparseRows random_sparse(Key key, std::int64_t rows, std::int64_t cols, double density, bool values = true) {
  SparseRows x;
  x.cols = cols;
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < cols; ++c) {
      if (uniform(key, std::uint32_t(r), std::uint32_t(c)) >= density) continue;
      x.column.push_back(std::uint32_t(c));
      if (values) x.value.push_back(float(normal(key.fold(1), std::uint32_t(r), std::uint32_t(c))));
    }
    x.end_row();
  }
  return x;
}

// One value of every group that a case has: columns group·classes + value.
inline SparseRows random_groups(Key key, std::int64_t rows, std::int64_t groups, std::int64_t classes, double density) {
  SparseRows x = random_sparse(key, rows, groups, density, false);
  x.cols = groups * classes;
  for (std::size_t e = 0; e < x.column.size(); ++e)
    x.column[e] = std::uint32_t(std::int64_t(x.column[e]) * classes +
                                std::int64_t(below(key.fold(2), e, std::uint64_t(classes))));
  return x;
}

}  // namespace deepboltz::test
