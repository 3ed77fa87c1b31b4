#include "deepboltz/task/nearest.h"

#include <algorithm>
#include <limits>

#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kTrainingAtOnce = 1'000;  // training rows a product: its result stays in the cache

void require_bytes(ConstMatrix training) {
  require(training.dtype == DType::u8 && training.rows >= 1, "expected training images as bytes, got {} × {} {}",
          training.rows, training.cols, name_of(training.dtype));
}

}  // namespace

// With known k, case x and training image t, all binary: Σ k(x−t)² = Σ kx + Σ t·k(1−2x). The first sum is the same for
// all t, the second is a matrix product. All its sums are whole numbers below 2²⁴, hence exact in float.
std::vector<std::int64_t> nearest_on_known(Context& ctx, ConstMatrix training, ConstMatrix cases, ConstMatrix known) {
  require_bytes(training);
  require(cases.rows >= 1 && cases.cols == training.cols, "nearest: the training images have {} pixels, the cases {}",
          training.cols, cases.cols);
  require(known.dtype == DType::u8 && known.rows == cases.rows && known.cols == cases.cols,
          "nearest: expected a mask of {} × {} u8, got {} × {} {}", cases.rows, cases.cols, known.rows, known.cols,
          name_of(known.dtype));
  const std::int64_t units = training.cols;
  ScratchScope scope(ctx);
  const auto sign = scope.matrix(DType::f32, cases.rows, units).as<float>();
  visit_real(cases.dtype, [&](auto real) {
    const auto x = cases.as<decltype(real)>();
    for_rows(ctx, cases.rows, units, [&](std::int64_t r) {
      for (std::int64_t i = 0; i < units; ++i)
        sign(r, i) = known.as<std::uint8_t>()(r, i) == 0 ? 0 : x(r, i) >= decltype(real)(0.5) ? -1 : 1;
    });
  });

  const std::size_t count = std::size_t(cases.rows);
  std::vector<std::int64_t> nearest(count, 0);
  std::vector<float> least(count, std::numeric_limits<float>::infinity());
  const Matrix ink = scope.matrix(DType::f32, kTrainingAtOnce, units),
               distance = scope.matrix(DType::f32, cases.rows, kTrainingAtOnce);
  for (std::int64_t first = 0; first < training.rows; first += kTrainingAtOnce) {
    const std::int64_t here = std::min(kTrainingAtOnce, training.rows - first);
    const auto grey = training.slice(first, here).as<std::uint8_t>();
    const auto binary = ink.slice(0, here).as<float>();
    for_rows(ctx, here, units, [&](std::int64_t t) {
      for (std::int64_t i = 0; i < units; ++i) binary(t, i) = grey(t, i) >= 128 ? 1 : 0;
    });
    const Matrix change = distance.columns(0, here);
    multiply(ctx, 1, View<const float>{sign.data, sign.rows, sign.cols, sign.stride}, Transpose::no,
             ConstMatrix(binary), Transpose::yes, 0, change);
    for_rows(ctx, cases.rows, here, [&](std::int64_t r) {
      const float* row = change.as<float>().row(r);
      const std::int64_t best = std::min_element(row, row + here) - row;
      if (row[best] >= least[std::size_t(r)]) return;
      least[std::size_t(r)] = row[best];
      nearest[std::size_t(r)] = first + best;
    });
  }
  return nearest;
}

Tensor copied_pixels(ConstMatrix training, const std::vector<std::int64_t>& rows, DType dtype) {
  require_bytes(training);
  Tensor out(dtype, std::int64_t(rows.size()), training.cols);
  visit_real(dtype, [&](auto real) {
    for (std::size_t r = 0; r < rows.size(); ++r)
      for (std::int64_t i = 0; i < training.cols; ++i)
        out.as<decltype(real)>()(std::int64_t(r), i) = decltype(real)(training.as<std::uint8_t>()(rows[r], i)) / 255;
  });
  return out;
}

Tensor mean_image(ConstMatrix training, DType dtype) {
  require_bytes(training);
  std::vector<double> sum(std::size_t(training.cols));
  for (std::int64_t r = 0; r < training.rows; ++r)
    for (std::int64_t i = 0; i < training.cols; ++i) sum[std::size_t(i)] += training.as<std::uint8_t>()(r, i);
  Tensor out(dtype, 1, training.cols);
  for (std::int64_t i = 0; i < training.cols; ++i) out.set(0, i, sum[std::size_t(i)] / (255.0 * double(training.rows)));
  return out;
}

}  // namespace deepboltz
