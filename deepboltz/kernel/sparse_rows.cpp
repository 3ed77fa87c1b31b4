#include "deepboltz/kernel/sparse_rows.h"

#include <algorithm>

#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {

void require_sparse_rows(const SparseRows& x, const char* who) {
  require(!x.first.empty() && x.first.front() == 0 && x.entries() == std::int64_t(x.column.size()) &&
              (x.value.empty() || x.value.size() == x.column.size()),
          "{}: {} columns and {} values do not make the entries of {} rows", who, x.column.size(), x.value.size(),
          x.rows());
  for (std::int64_t r = 0; r < x.rows(); ++r) {
    require(x.entries(r) >= 0 && x.first[std::size_t(r) + 1] <= x.entries(), "{}: row {} ends before it begins", who,
            r);
    std::int64_t before = -1;
    for (const std::uint32_t c : x.row(r)) {
      require(std::int64_t(c) > before && std::int64_t(c) < x.cols,
              "{}: row {}: column {} after {}; expected ascending ones below {}", who, r, c, before, x.cols);
      before = c;
    }
  }
}

SparseRows select_rows(const SparseRows& x, std::span<const std::uint32_t> rows) {
  SparseRows out;
  out.cols = x.cols;
  out.first.reserve(rows.size() + 1);
  for (const std::uint32_t r : rows) {
    const auto from = x.column.begin() + x.first[r];
    out.column.insert(out.column.end(), from, from + x.entries(r));
    if (!x.value.empty())
      out.value.insert(out.value.end(), x.value.begin() + x.first[r], x.value.begin() + x.first[r] + x.entries(r));
    out.end_row();
  }
  return out;
}

SparseRows transposed(const SparseRows& x, std::vector<std::int64_t>* entry) {
  SparseRows out;
  out.cols = x.rows();
  out.first.assign(std::size_t(x.cols) + 1, 0);
  for (const std::uint32_t c : x.column) ++out.first[c + 1];
  for (std::size_t c = 0; c < std::size_t(x.cols); ++c) out.first[c + 1] += out.first[c];
  out.column.resize(x.column.size());
  out.value.resize(x.value.size());
  if (entry) entry->resize(x.column.size());
  std::vector<std::int64_t> next(out.first.begin(), out.first.end() - 1);
  for (std::int64_t r = 0; r < x.rows(); ++r)
    for (std::int64_t e = x.first[std::size_t(r)]; e < x.first[std::size_t(r) + 1]; ++e) {
      const auto to = std::size_t(next[x.column[std::size_t(e)]]++);
      out.column[to] = std::uint32_t(r);
      if (!x.value.empty()) out.value[to] = x.value[std::size_t(e)];
      if (entry) (*entry)[to] = e;
    }
  return out;
}

Tensor to_dense(const SparseRows& x, DType dtype) {
  Tensor out(dtype, x.rows(), x.cols);
  for (std::int64_t r = 0; r < x.rows(); ++r)
    for (std::int64_t e = x.first[std::size_t(r)]; e < x.first[std::size_t(r) + 1]; ++e)
      out.set(r, x.column[std::size_t(e)], x.at(e));
  return out;
}

void fill_rows(Context& ctx, const SparseRows& x, std::span<const std::uint32_t> rows, Matrix out) {
  DEEPBOLTZ_ASSERT(out.rows == std::int64_t(rows.size()) && out.cols == x.cols);
  visit_real(out.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, out.rows, out.cols, [&](std::int64_t r) {
      Real* to = out.as<Real>().row(r);
      std::fill_n(to, out.cols, Real(0));
      const std::size_t row = rows[std::size_t(r)];
      for (std::int64_t e = x.first[row]; e < x.first[row + 1]; ++e) to[x.column[std::size_t(e)]] = Real(x.at(e));
    });
  });
}

}  // namespace deepboltz
