#include "deepboltz/kernel/reduce.h"

#include <atomic>
#include <cmath>
#include <functional>

#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {
namespace {

// Calls body(first column, one past the last) for blocks of columns. A column's sum runs over all rows within one
// block, hence in one order.
template <class Body>
void for_column_blocks(Context& ctx, std::int64_t rows, std::int64_t cols, Body&& body) {
  constexpr std::int64_t kSmallWork = 32'768, kColumns = 64;
  const std::int64_t width = rows * cols < kSmallWork ? std::max<std::int64_t>(cols, 1) : kColumns;
  auto tile = [&](std::int64_t block) { body(block * width, std::min((block + 1) * width, cols)); };
  ctx.parallel((cols + width - 1) / width, std::ref(tile));
}

}  // namespace

void column_means(Context& ctx, ConstMatrix x, Matrix out) {
  DEEPBOLTZ_ASSERT(out.cols == x.cols && out.rows == 1 && out.dtype == x.dtype && x.rows > 0);
  ScratchScope scratch(ctx);
  double* sum = scratch.matrix(DType::f64, 1, x.cols).as<double>().data;
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    const auto from = x.as<Real>();
    const auto to = out.as<Real>();
    for_column_blocks(ctx, x.rows, x.cols, [&](std::int64_t first, std::int64_t last) {
      std::fill(sum + first, sum + last, 0.0);
      for (std::int64_t r = 0; r < x.rows; ++r)
        for (std::int64_t c = first; c < last; ++c) sum[c] += from(r, c);
      for (std::int64_t c = first; c < last; ++c) to(0, c) = Real(sum[c] / double(x.rows));
    });
  });
}

void add_row_dots(Context& ctx, double scale, ConstMatrix x, ConstMatrix y, std::span<double> sum) {
  DEEPBOLTZ_ASSERT(std::int64_t(sum.size()) == x.rows && y.cols == x.cols && y.dtype == x.dtype);
  DEEPBOLTZ_ASSERT(y.rows == x.rows || y.rows == 1);
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, x.rows, x.cols, [&](std::int64_t r) {
      const Real *left = x.as<Real>().row(r), *right = y.as<Real>().row(y.rows == 1 ? 0 : r);
      double dot = 0;
      for (std::int64_t c = 0; c < x.cols; ++c) dot += double(left[c]) * right[c];
      sum[std::size_t(r)] += scale * dot;
    });
  });
}

double mean_absolute_difference(Context& ctx, ConstMatrix x, ConstMatrix y) {
  DEEPBOLTZ_ASSERT(x.rows == y.rows && x.cols == y.cols && x.dtype == y.dtype);
  if (x.rows * x.cols == 0) return 0;
  ScratchScope scratch(ctx);
  double* of_row = scratch.matrix(DType::f64, 1, x.rows).as<double>().data;
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, x.rows, x.cols, [&](std::int64_t r) {
      of_row[r] = 0;
      for (std::int64_t c = 0; c < x.cols; ++c) of_row[r] += std::abs(double(x.as<Real>()(r, c)) - y.as<Real>()(r, c));
    });
  });
  double sum = 0;
  for (std::int64_t r = 0; r < x.rows; ++r) sum += of_row[r];
  return sum / double(x.rows * x.cols);
}

bool all_finite(Context& ctx, ConstMatrix x) {
  std::atomic<bool> finite = true;
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, x.rows, x.cols, [&](std::int64_t r) {
      const Real* row = x.as<Real>().row(r);
      if (!std::all_of(row, row + x.cols, [](Real v) { return std::isfinite(v); })) finite = false;
    });
  });
  return finite;
}

double largest_column_norm(Context& ctx, ConstMatrix x) {
  ScratchScope scratch(ctx);
  double* squares = scratch.matrix(DType::f64, 1, x.cols).as<double>().data;
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    const auto from = x.as<Real>();
    for_column_blocks(ctx, x.rows, x.cols, [&](std::int64_t first, std::int64_t last) {
      std::fill(squares + first, squares + last, 0.0);
      for (std::int64_t r = 0; r < x.rows; ++r)
        for (std::int64_t c = first; c < last; ++c) squares[c] += double(from(r, c)) * from(r, c);
    });
  });
  return x.cols == 0 ? 0 : std::sqrt(*std::max_element(squares, squares + x.cols));
}

void scale_add(Context& ctx, double a, ConstMatrix x, double b, Matrix out) {
  DEEPBOLTZ_ASSERT(x.rows == out.rows && x.cols == out.cols && x.dtype == out.dtype);
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, x.rows, x.cols, [&](std::int64_t r) {
      const Real* from = x.as<Real>().row(r);
      Real* to = out.as<Real>().row(r);
      for (std::int64_t c = 0; c < x.cols; ++c) to[c] = Real(a) * from[c] + (b == 0 ? Real(0) : Real(b) * to[c]);
    });
  });
}

}  // namespace deepboltz
