#include "deepboltz/kernel/reduce.h"

#include <atomic>
#include <cmath>
#include <functional>

#include "deepboltz/kernel/cpu/reduce_simd.h"
#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {
namespace {

// ---- One row, in double; in float cpu/reduce_simd.cpp

using simd::absolute_difference;
using simd::add_squares_to_sums;
using simd::add_to_sums;
using simd::dot;

void add_to_sums(const double* x, std::int64_t size, double* sum) {
  for (std::int64_t i = 0; i < size; ++i) sum[i] += x[i];
}

void add_squares_to_sums(const double* x, std::int64_t size, double* sum) {
  for (std::int64_t i = 0; i < size; ++i) sum[i] += x[i] * x[i];
}

double dot(const double* x, const double* y, std::int64_t size) {
  double sum = 0;
  for (std::int64_t i = 0; i < size; ++i) sum += x[i] * y[i];
  return sum;
}

double absolute_difference(const double* x, const double* y, std::int64_t size) {
  double sum = 0;
  for (std::int64_t i = 0; i < size; ++i) sum += std::abs(x[i] - y[i]);
  return sum;
}

bool row_finite(const double* x, std::int64_t size) {
  return std::all_of(x, x + size, [](double v) { return std::isfinite(v); });
}
bool row_finite(const float* x, std::int64_t size) { return simd::all_finite(x, size); }

void scale_add_row(double a, const double* x, double b, std::int64_t size, double* out) {
  for (std::int64_t i = 0; i < size; ++i) out[i] = a * x[i] + (b == 0 ? 0 : b * out[i]);
}
void scale_add_row(double a, const float* x, double b, std::int64_t size, float* out) {
  simd::scale_add(float(a), x, float(b), size, out);
}

// ----

// Calls body(first column, one past the last) for blocks of columns. A column's sum runs over all rows within one
// block, hence in one order.
template <class Body> void for_column_blocks(Context& ctx, std::int64_t rows, std::int64_t cols, Body&& body) {
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
      for (std::int64_t r = 0; r < x.rows; ++r) add_to_sums(from.row(r) + first, last - first, sum + first);
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
      sum[std::size_t(r)] += scale * dot(left, right, x.cols);
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
      of_row[r] = absolute_difference(x.as<Real>().row(r), y.as<Real>().row(r), x.cols);
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
      if (!row_finite(x.as<Real>().row(r), x.cols)) finite = false;
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
      for (std::int64_t r = 0; r < x.rows; ++r) add_squares_to_sums(from.row(r) + first, last - first, squares + first);
    });
  });
  return x.cols == 0 ? 0 : std::sqrt(*std::max_element(squares, squares + x.cols));
}

void scale_add(Context& ctx, double a, ConstMatrix x, double b, Matrix out) {
  DEEPBOLTZ_ASSERT(x.rows == out.rows && x.cols == out.cols && x.dtype == out.dtype);
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, x.rows, x.cols,
             [&](std::int64_t r) { scale_add_row(a, x.as<Real>().row(r), b, x.cols, out.as<Real>().row(r)); });
  });
}

}  // namespace deepboltz
