// Data v = m + R·(σ ∘ x) whose states x are decorrelated: R is the root of the data's covariance C,
//
//   R = (C + floor·c̄·I)^½,   c̄ the mean eigenvalue of C.
//
// The symmetric root leaves every state as near to its own number of the data as decorrelated states can be
// (zero-phase, ZCA: Bell & Sejnowski 1997). The floor keeps directions in which the data hardly vary, as the finest
// ones of pictures, from being blown up. Matrices in float64, by Eigen.
#pragma once

#include <span>

#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

struct Whitening {
  Tensor root, inverse;  // (units, units): R and R⁻¹; empty: nothing is whitened
  double log_det = 0;    // log det R

  bool empty() const { return root.empty(); }
  Whitening to(DType precision) const { return {root.to(precision), inverse.to(precision), log_det}; }
  Whitening clone() const { return {root.clone(), inverse.clone(), log_det}; }
};

// With inverse and determinant by Cholesky's factors. InputError unless the root is symmetric and positive definite.
Whitening whitening_by(Tensor root);

// With the root that has these numbers on its diagonal, all above 0: columns by their deviations, without correlations.
Whitening diagonal_whitening(std::span<const double> diagonal, DType precision);

// sum ← sum + rowsᵀ·rows    rows: (cases, units), sum: (units, units), f64
void add_outer_products(ConstMatrix rows, Matrix sum);

struct Root {
  Tensor matrix;                             // R, f64
  double least = 0, mean = 0, greatest = 0;  // eigenvalues of the covariance
};

// floor > 0. covariance: (units, units), f64
Root root_of(ConstMatrix covariance, double floor);

// The same by the cases, their means subtracted, where they are fewer than the units: the eigenvectors come from the
// products of the cases with each other, and their cost grows with the cases.    rows: (cases, units), f64
Root root_of_rows(ConstMatrix rows, double floor);

}  // namespace deepboltz
