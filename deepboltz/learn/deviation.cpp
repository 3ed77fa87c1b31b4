#include "deepboltz/learn/deviation.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/model/field.h"

namespace deepboltz {

bool has_deviations(const EnergyModel& model) {
  const auto visible = model.find(Role::visible);
  return visible && model.ids(Role::visible).size() == 1 &&
         std::holds_alternative<Gaussian>(model.layer(*visible).unit) && !model.layer(*visible).scale.empty();
}

void deviation_slope(Context& ctx, const EnergyModel& model, const State& data, Matrix slope) {
  const LayerId visible = model.visible();
  ScratchScope scope(ctx);
  const Matrix field = scope.matrix(model.precision(), data.cases, slope.cols);
  mean_layer(ctx, model, visible, data, {}, field);  // a Gaussian unit's mean is its field
  visit_real(slope.dtype, [&](auto real) {
    using Real = decltype(real);
    const auto x = data.x(visible).as<Real>(), f = ConstMatrix(field).as<Real>();
    for (std::int64_t i = 0; i < slope.cols; ++i) {
      double sum = 0;
      for (std::int64_t r = 0; r < data.cases; ++r) sum += double(x(r, i)) * (double(x(r, i)) - double(f(r, i)));
      slope.as<Real>()(0, i) = Real(sum / double(data.cases) - 1);
    }
  });
}

void step_deviations(Context& ctx, double rate, ConstMatrix slope, ConstMatrix first, EnergyModel& model) {
  if (!all_finite(ctx, slope)) throw NumericalError("the slope of the standard deviations is not finite");
  constexpr double kReach = 20.085536923187668;  // e³: log σ² within ±6 of the data's
  visit_real(slope.dtype, [&](auto real) {
    using Real = decltype(real);
    auto* sigma = model.layer(model.visible()).scale.as<Real>().data;
    for (std::int64_t i = 0; i < slope.cols; ++i) {
      const double start = double(first.as<Real>()(0, i)), moved = rate * double(slope.as<Real>()(0, i));
      sigma[i] = Real(std::clamp(double(sigma[i]) * std::exp(moved), start / kReach, start * kReach));
    }
  });
}

}  // namespace deepboltz
