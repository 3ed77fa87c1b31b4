#include "deepboltz/model/presentation.h"

#include <cmath>

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

}  // namespace

void to_states(const Layer& layer, Matrix x) {
  each_entry(layer, x, [](auto& value, auto shift, auto scale) { value = (value - shift) / scale; });
}

void to_data(const Layer& layer, Matrix x) {
  each_entry(layer, x, [](auto& value, auto shift, auto scale) { value = shift + scale * value; });
}

double log_jacobian(const Layer& layer) {
  double sum = 0;
  if (std::holds_alternative<Gaussian>(layer.unit) && !layer.scale.empty())
    for (std::int64_t u = 0; u < layer.units; ++u) sum -= std::log(layer.scale.at(0, u));
  return sum;
}

void present_by(double shift, double scale, Layer& layer) {
  const DType precision = layer.bias.dtype();
  layer.shift = Tensor(precision, 1, layer.units);
  layer.scale = Tensor(precision, 1, layer.units);
  for (std::int64_t u = 0; u < layer.units; ++u) {
    layer.shift.set(0, u, shift);
    layer.scale.set(0, u, scale);
  }
}

}  // namespace deepboltz
