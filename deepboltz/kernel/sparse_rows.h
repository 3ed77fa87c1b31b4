// Cases with few entries, row by row: what a user rated, which words a text has. Work with them is in proportion to
// their entries, not to their width (kernel/sparse_linear.h).
//
// Row r has an entry at column[e], of value[e], for e = first[r] … first[r+1]−1; columns ascend within a row.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "deepboltz/tensor/context.h"
#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

struct SparseRows {
  std::int64_t cols = 0;
  std::vector<std::int64_t> first{0};  // rows + 1
  std::vector<std::uint32_t> column;
  std::vector<float> value;  // one an entry; empty: all are 1

  std::int64_t rows() const { return std::int64_t(first.size()) - 1; }
  std::int64_t entries() const { return first.back(); }
  std::int64_t entries(std::int64_t row) const { return first[std::size_t(row) + 1] - first[std::size_t(row)]; }
  std::span<const std::uint32_t> row(std::int64_t r) const {
    return std::span(column).subspan(std::size_t(first[std::size_t(r)]), std::size_t(entries(r)));
  }
  double at(std::int64_t entry) const { return value.empty() ? 1 : double(value[std::size_t(entry)]); }
  void end_row() { first.push_back(std::int64_t(column.size())); }
};

// InputError, naming `who`, unless counts fit and columns ascend within [0, cols).
void require_sparse_rows(const SparseRows& x, const char* who);

// The given rows, in the given order.
SparseRows select_rows(const SparseRows& x, std::span<const std::uint32_t> rows);

// Columns become rows: row c has the rows of x with an entry at c, ascending. `entry`, if not null, ← where each of
// them stands in x.
SparseRows transposed(const SparseRows& x, std::vector<std::int64_t>* entry = nullptr);

Tensor to_dense(const SparseRows& x, DType dtype);

// out ← the given rows of x, with zeros between the entries.    out: (rows, x.cols) f32 or f64
void fill_rows(Context& ctx, const SparseRows& x, std::span<const std::uint32_t> rows, Matrix out);

}  // namespace deepboltz
