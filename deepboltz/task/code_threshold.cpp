#include "deepboltz/task/code_threshold.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {
namespace {

template <class Real> Real median(std::vector<Real>& values) {
  const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  const Real below = *std::max_element(values.begin(), middle);
  return below + (*middle - below) / 2;
}

void require_numbers(Context& ctx, ConstMatrix codes) {
  require(all_finite(ctx, codes), "codes: expected numbers, got one that is not finite");
}

}  // namespace

Tensor equal_thresholds(std::int64_t units, double threshold, DType dtype) {
  Tensor out(dtype, 1, units);
  for (std::int64_t i = 0; i < units; ++i) out.set(0, i, threshold);
  return out;
}

Tensor median_thresholds(Context& ctx, ConstMatrix codes) {
  require(codes.rows >= 1, "codes: expected cases to fit thresholds on, got none");
  require_numbers(ctx, codes);
  Tensor out(codes.dtype, 1, codes.cols);
  visit_real(codes.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, codes.cols, codes.rows, [&](std::int64_t unit) {
      std::vector<Real> values(static_cast<std::size_t>(codes.rows));
      for (std::int64_t c = 0; c < codes.rows; ++c) values[std::size_t(c)] = codes.as<Real>()(c, unit);
      out.as<Real>()(0, unit) = median(values);
    });
  });
  return out;
}

BinaryCodes threshold_codes(Context& ctx, ConstMatrix codes, ConstMatrix thresholds) {
  BinaryCodes out(codes.rows, codes.cols);
  require(thresholds.rows == 1 && thresholds.cols == codes.cols, "codes: expected {} thresholds, got {} × {}",
          codes.cols, thresholds.rows, thresholds.cols);
  require_numbers(ctx, codes);
  visit_real(codes.dtype, [&](auto real) {
    using Real = decltype(real);
    const Real* threshold = thresholds.as<Real>().row(0);
    for_rows(ctx, codes.rows, codes.cols, [&](std::int64_t c) {
      const Real* code = codes.as<Real>().row(c);
      for (int i = 0; i < out.bits(); ++i)
        if (code[i] > threshold[i]) out.set(c, i);
    });
  });
  return out;
}

}  // namespace deepboltz
