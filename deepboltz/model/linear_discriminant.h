// Linear discriminant analysis: classes are Gaussian about means of their own with one covariance, which is that within
// the classes of the training cases (Fisher 1936; Rao 1948). Matrices in float64, by Eigen.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

struct LinearDiscriminant {
  Tensor weight;               // (classes, units), f64
  std::vector<double> offset;  // one a class
};

// x: (cases, units), f32 or f64; labels: one a case, below `classes`. InputError: no more cases than classes, or a
// class without a case.
LinearDiscriminant linear_discriminant(ConstMatrix x, std::span<const std::uint32_t> labels, std::int64_t classes);

// The class of the greatest discriminant, the first of equal ones.    x: (cases, units)
std::vector<std::uint32_t> classify_by(const LinearDiscriminant& discriminant, ConstMatrix x);

}  // namespace deepboltz
