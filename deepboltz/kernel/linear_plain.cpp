#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {
namespace {

template <class Real> struct Operand {
  View<const Real> view;
  Transpose transpose;

  Real operator()(std::int64_t row, std::int64_t col) const {
    return transpose == Transpose::yes ? view(col, row) : view(row, col);
  }
};

// One row of out, a panel of columns at a time: sums in double, over the inner index in order.
template <class Real>
void multiply_row(double alpha, const Operand<Real>& a, const Operand<Real>& b, double beta, std::int64_t row,
                  std::int64_t inner, std::int64_t cols, Real* out) {
  constexpr std::int64_t kPanel = 256;
  double sum[kPanel];
  for (std::int64_t first = 0; first < cols; first += kPanel) {
    const std::int64_t width = std::min(kPanel, cols - first);
    std::fill_n(sum, width, 0.0);
    if (b.transpose == Transpose::no) {
      for (std::int64_t k = 0; k < inner; ++k) {
        const double x = a(row, k);
        const Real* y = b.view.row(k) + first;
        for (std::int64_t c = 0; c < width; ++c) sum[c] += x * y[c];
      }
    } else {
      for (std::int64_t c = 0; c < width; ++c) {
        const Real* y = b.view.row(first + c);
        for (std::int64_t k = 0; k < inner; ++k) sum[c] += double(a(row, k)) * y[k];
      }
    }
    for (std::int64_t c = 0; c < width; ++c) {
      Real& to = out[first + c];
      to = Real(beta == 0 ? alpha * sum[c] : alpha * sum[c] + beta * to);
    }
  }
}

}  // namespace

void multiply_plain(Context& ctx, double alpha, ConstMatrix a, Transpose transpose_a, ConstMatrix b,
                    Transpose transpose_b, double beta, Matrix out) {
  const std::int64_t inner = transpose_a == Transpose::yes ? a.rows : a.cols;
  DEEPBOLTZ_ASSERT(out.rows == (transpose_a == Transpose::yes ? a.cols : a.rows));
  DEEPBOLTZ_ASSERT(out.cols == (transpose_b == Transpose::yes ? b.rows : b.cols));
  DEEPBOLTZ_ASSERT(inner == (transpose_b == Transpose::yes ? b.cols : b.rows));
  visit_real(out.dtype, [&](auto real) {
    using Real = decltype(real);
    const Operand<Real> left{a.as<Real>(), transpose_a}, right{b.as<Real>(), transpose_b};
    for_rows(ctx, out.rows, out.cols * (inner + 1), [&](std::int64_t row) {
      multiply_row(alpha, left, right, beta, row, inner, out.cols, out.as<Real>().row(row));
    });
  });
}

}  // namespace deepboltz
