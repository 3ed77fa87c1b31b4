#include "deepboltz/kernel/offset_fields.h"

#include <algorithm>

namespace deepboltz {
namespace {

constexpr std::int64_t kTile = 32, kLanes = 16;

// Σ x_j·y_j: a sum for every sixteenth, then these in pairs.
float dot(const float* x, const float* y, std::int64_t size) {
  float sum[kLanes] = {};
  std::int64_t j = 0;
  for (; j + kLanes <= size; j += kLanes)
    for (std::int64_t k = 0; k < kLanes; ++k) sum[k] += x[j + k] * y[j + k];
  for (; j < size; ++j) sum[j % kLanes] += x[j] * y[j];
  for (std::int64_t half = kLanes / 2; half > 0; half /= 2)
    for (std::int64_t k = 0; k < half; ++k) sum[k] += sum[k + half];
  return sum[0];
}

}  // namespace

void offset_fields(Context& ctx, ConstMatrix weight, const Ends<ConstMatrix>& offsets, const Ends<Matrix>& out) {
  const auto w = weight.as<float>();
  const float *lower_offset = offsets.lower.as<float>().data, *upper_offset = offsets.upper.as<float>().data;
  float *lower = out.lower.as<float>().data, *upper = out.upper.as<float>().data;
  const std::int64_t tiles = (w.rows + kTile - 1) / kTile;
  ScratchScope scope(ctx);
  const auto part = scope.matrix(DType::f32, tiles, w.cols).as<float>();  // of `upper`, by tiles of rows
  ctx.parallel(tiles, [&](std::int64_t tile) {
    float* sum = part.row(tile);
    std::fill_n(sum, w.cols, 0.0f);
    for (std::int64_t i = tile * kTile; i < std::min((tile + 1) * kTile, w.rows); ++i) {
      const float* row = w.row(i);
      for (std::int64_t j = 0; j < w.cols; ++j) sum[j] += lower_offset[i] * row[j];
      lower[i] = dot(row, upper_offset, w.cols);
    }
  });
  std::fill_n(upper, w.cols, 0.0f);
  for (std::int64_t tile = 0; tile < tiles; ++tile)
    for (std::int64_t j = 0; j < w.cols; ++j) upper[j] += part(tile, j);
}

}  // namespace deepboltz
