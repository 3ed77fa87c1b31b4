// Central differences by one entry of a parameter.
#pragma once

#include "deepboltz/tensor/tensor.h"

namespace deepboltz::testing {

// ∂objective()/∂tensor(row, col), to the order of the step's square. The entry is put back.
template <class Objective> double slope_of(Tensor& tensor, std::int64_t row, std::int64_t col, Objective&& objective) {
  constexpr double kStep = 1e-5;
  const double here = tensor.at(row, col);
  tensor.set(row, col, here + kStep);
  const double above = objective();
  tensor.set(row, col, here - kStep);
  const double below = objective();
  tensor.set(row, col, here);
  return (above - below) / (2 * kStep);
}

}  // namespace deepboltz::testing
