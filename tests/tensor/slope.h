// Slopes by central differences. With a step h they are off by h²/6 times the third derivative, and by the rounding of
// the function over h: for one near 1 in float64, at the default step, by about 10⁻¹⁰.
#pragma once

#include "deepboltz/tensor/tensor.h"

namespace deepboltz::testing {

constexpr double kSlopeStep = 1e-5;

// d at(s)/ds at s = 0.
template <class Function> double slope_of(Function&& at, double step = kSlopeStep) {
  const double above = at(step), below = at(-step);
  return (above - below) / (2 * step);
}

// ∂objective()/∂number. The number is put back.
template <class Objective> double slope_of(double& number, Objective&& objective) {
  const double here = number;
  const double slope = slope_of([&](double step) {
    number = here + step;
    return objective();
  });
  number = here;
  return slope;
}

// ∂objective()/∂tensor(row, col). The entry is put back.
template <class Objective>
double slope_of(Tensor& tensor, std::int64_t row, std::int64_t col, Objective&& objective, double step = kSlopeStep) {
  const double here = tensor.at(row, col);
  const auto at = [&](double offset) {
    tensor.set(row, col, here + offset);
    return objective();
  };
  const double slope = slope_of(at, step);
  tensor.set(row, col, here);
  return slope;
}

}  // namespace deepboltz::testing
