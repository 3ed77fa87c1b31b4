// Vectors of three numbers and symmetric positive matrices of them: lights and normals.
#pragma once

#include <array>
#include <cmath>

#include "deepboltz/base/error.h"

namespace deepboltz {

using Vector3 = std::array<double, 3>;

inline double dot(const Vector3& a, const Vector3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
inline double norm(const Vector3& a) { return std::sqrt(dot(a, a)); }

// The lower triangle by rows: 00, 10, 11, 20, 21, 22.
struct Symmetric3 {
  std::array<double, 6> entry{};

  static Symmetric3 diagonal(double d) { return {{d, 0, d, 0, 0, d}}; }

  void add_outer(double weight, const Vector3& x) {
    std::size_t at = 0;
    for (std::size_t r = 0; r < 3; ++r)
      for (std::size_t c = 0; c <= r; ++c) entry[at++] += weight * x[r] * x[c];
  }
  Vector3 times(const Vector3& x) const {
    return {entry[0] * x[0] + entry[1] * x[1] + entry[3] * x[2], entry[1] * x[0] + entry[2] * x[1] + entry[4] * x[2],
            entry[3] * x[0] + entry[4] * x[1] + entry[5] * x[2]};
  }
};

// The factor L of L·Lᵀ = A (Cholesky).
struct Factor3 {
  std::array<double, 6> l{};
  bool positive = false;  // whether A is positive definite; else nothing else counts

  explicit Factor3(const Symmetric3& a) {
    const auto& e = a.entry;
    l[0] = std::sqrt(e[0]);
    l[1] = e[1] / l[0];
    l[2] = std::sqrt(e[2] - l[1] * l[1]);
    l[3] = e[3] / l[0];
    l[4] = (e[4] - l[3] * l[1]) / l[2];
    l[5] = std::sqrt(e[5] - l[3] * l[3] - l[4] * l[4]);
    positive = l[0] > 0 && l[2] > 0 && l[5] > 0 && std::isfinite(l[0] * l[2] * l[5]);
  }

  Vector3 down(const Vector3& b) const {  // L⁻¹b
    Vector3 y;
    y[0] = b[0] / l[0];
    y[1] = (b[1] - l[1] * y[0]) / l[2];
    y[2] = (b[2] - l[3] * y[0] - l[4] * y[1]) / l[5];
    return y;
  }
  Vector3 up(const Vector3& y) const {  // L⁻ᵀy: of covariance A⁻¹ where y is standard normal
    Vector3 x;
    x[2] = y[2] / l[5];
    x[1] = (y[1] - l[4] * x[2]) / l[2];
    x[0] = (y[0] - l[1] * x[1] - l[3] * x[2]) / l[0];
    return x;
  }
  Vector3 solve(const Vector3& b) const { return up(down(b)); }
  double log_det() const { return 2 * std::log(l[0] * l[2] * l[5]); }
};

}  // namespace deepboltz
