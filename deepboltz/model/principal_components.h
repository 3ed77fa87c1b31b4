// Principal components: the orthogonal directions in which cases vary most about their mean (Pearson 1901; Hotelling
// 1933). They keep as much of a case as a linear code of that
// many numbers can. Matrices in float64, by Eigen.
#pragma once

#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

struct PrincipalComponents {
  Tensor mean;        // (1, units), f64
  Tensor directions;  // (components, units), f64: orthonormal rows, those of the greatest variance first
};

// Of the rows of x, f32 or f64 (cases, units). InputError unless 1 ≤ components ≤ units.
PrincipalComponents principal_components(ConstMatrix x, std::int64_t components);

// The codes of the rows of x, and what they keep of x.    x: (cases, units) f32 or f64; out: f64
Tensor codes_by(const PrincipalComponents& components, ConstMatrix x);    // (cases, components)
Tensor rebuilt_by(const PrincipalComponents& components, ConstMatrix x);  // (cases, units)

}  // namespace deepboltz
