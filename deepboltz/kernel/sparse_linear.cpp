#include "deepboltz/kernel/sparse_linear.h"

#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kPanel = 256;  // columns whose sums are kept at once

// sum[c] ← Σ_e value(e) · m(column(e), first + c) over the entries of a row.
template <class Real>
void sum_rows(const SparseRows& x, std::int64_t row, View<const Real> m, std::int64_t first, std::int64_t width,
              double* sum) {
  std::fill_n(sum, width, 0.0);
  for (std::int64_t e = x.first[std::size_t(row)]; e < x.first[std::size_t(row) + 1]; ++e) {
    const double value = x.at(e);
    const Real* from = m.row(x.column[std::size_t(e)]) + first;
    for (std::int64_t c = 0; c < width; ++c) sum[c] += value * from[c];
  }
}

// The rows of x in blocks of about as much work, whatever their lengths on average.
template <class Body> void for_sparse_rows(Context& ctx, const SparseRows& x, std::int64_t outputs, Body&& body) {
  const std::int64_t a_row = (x.entries() / std::max<std::int64_t>(x.rows(), 1) + 1) * outputs;
  for_rows(ctx, x.rows(), a_row, body);
}

}  // namespace

void multiply_sparse(Context& ctx, const SparseRows& x, ConstMatrix w, ConstMatrix bias, Matrix out) {
  DEEPBOLTZ_ASSERT(x.cols == w.rows && out.cols == w.cols && out.rows == x.rows());
  visit_real(out.dtype, [&](auto real) {
    using Real = decltype(real);
    for_sparse_rows(ctx, x, out.cols, [&](std::int64_t row) {
      double sum[kPanel];
      for (std::int64_t first = 0; first < out.cols; first += kPanel) {
        const std::int64_t width = std::min(kPanel, out.cols - first);
        sum_rows(x, row, w.as<Real>(), first, width, sum);
        Real* to = out.as<Real>().row(row) + first;
        for (std::int64_t c = 0; c < width; ++c)
          to[c] = Real(bias ? sum[c] + double(bias.as<Real>()(0, first + c)) : sum[c]);
      }
    });
  });
}

void add_sparse_gradient(Context& ctx, double scale, const SparseRows& turned, ConstMatrix y, Matrix out) {
  DEEPBOLTZ_ASSERT(turned.cols == y.rows && out.cols == y.cols && out.rows == turned.rows());
  visit_real(out.dtype, [&](auto real) {
    using Real = decltype(real);
    for_sparse_rows(ctx, turned, out.cols, [&](std::int64_t row) {
      if (turned.entries(row) == 0) return;
      double sum[kPanel];
      for (std::int64_t first = 0; first < out.cols; first += kPanel) {
        const std::int64_t width = std::min(kPanel, out.cols - first);
        sum_rows(turned, row, y.as<Real>(), first, width, sum);
        Real* to = out.as<Real>().row(row) + first;
        for (std::int64_t c = 0; c < width; ++c) to[c] = Real(scale * sum[c] + to[c]);
      }
    });
  });
}

void sampled_products(Context& ctx, const SparseRows& pattern, ConstMatrix y, ConstMatrix w, Matrix out) {
  DEEPBOLTZ_ASSERT(pattern.rows() == y.rows && pattern.cols == w.rows && y.cols == w.cols &&
                   out.rows == pattern.entries());
  visit_real(out.dtype, [&](auto real) {
    using Real = decltype(real);
    for_sparse_rows(ctx, pattern, y.cols, [&](std::int64_t row) {
      const Real* a = y.as<Real>().row(row);
      for (std::int64_t e = pattern.first[std::size_t(row)]; e < pattern.first[std::size_t(row) + 1]; ++e) {
        const Real* b = w.as<Real>().row(pattern.column[std::size_t(e)]);
        double sum = 0;
        for (std::int64_t k = 0; k < y.cols; ++k) sum += double(a[k]) * b[k];
        out.as<Real>()(e, 0) = Real(sum);
      }
    });
  });
}

}  // namespace deepboltz
