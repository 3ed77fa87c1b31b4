#include "deepboltz/model/standardisation.h"

#include <cmath>

#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/reduce.h"

namespace deepboltz {
namespace {

// x ← apply(x, shift, scale), unit by unit.
template <class Apply> void each_entry(const Layer& layer, Matrix x, Apply&& apply) {
  if (layer.scale.empty()) return;
  DEEPBOLTZ_ASSERT(x.cols == layer.units && x.dtype == layer.scale.dtype());
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    const Real *shift = layer.shift.as<Real>().data, *scale = layer.scale.as<Real>().data;
    for (std::int64_t r = 0; r < x.rows; ++r)
      for (std::int64_t u = 0; u < x.cols; ++u) apply(x.as<Real>()(r, u), shift[u], scale[u]);
  });
}

// x ← x·matrix, which is symmetric, row by row; nothing where there is none.
void multiply_by(Context& ctx, const Tensor& matrix, Matrix x) {
  if (matrix.empty()) return;
  ScratchScope scope(ctx);
  const Matrix before = scope.matrix(x.dtype, x.rows, x.cols);
  scale_add(ctx, 1, x, 0, before);
  multiply(ctx, 1, before, Transpose::no, matrix, Transpose::no, 0, x);
}

}  // namespace

void to_states(Context& ctx, const Layer& layer, Matrix x) {
  each_entry(layer, x, [](auto& value, auto shift, auto) { value -= shift; });
  multiply_by(ctx, layer.whitening.inverse, x);
  each_entry(layer, x, [](auto& value, auto, auto scale) { value /= scale; });
}

void to_data(Context& ctx, const Layer& layer, Matrix x) {
  differences_to_data(ctx, layer, x);
  each_entry(layer, x, [](auto& value, auto shift, auto) { value += shift; });
}

void differences_to_data(Context& ctx, const Layer& layer, Matrix x) {
  each_entry(layer, x, [](auto& value, auto, auto scale) { value *= scale; });
  multiply_by(ctx, layer.whitening.root, x);
}

double log_jacobian(const Layer& layer) {
  double sum = 0;
  if (std::holds_alternative<Gaussian>(layer.unit) && !layer.scale.empty())
    for (std::int64_t u = 0; u < layer.units; ++u) sum -= std::log(layer.scale.at(0, u));
  return sum - layer.whitening.log_det;
}

void standardise_by(double shift, double scale, Layer& layer) {
  const DType precision = layer.bias.dtype();
  layer.shift = Tensor(precision, 1, layer.units);
  layer.scale = Tensor(precision, 1, layer.units);
  for (std::int64_t u = 0; u < layer.units; ++u) {
    layer.shift.set(0, u, shift);
    layer.scale.set(0, u, scale);
  }
}

}  // namespace deepboltz
