// Gaussian unit: x real with variance 1 given its field f = bias + input:
//
//   p(x) ∝ ν(x) exp(f·x),   ν(x) = exp(−x²/2)
//   log-partition   A(f) = f²/2 + log(2π)/2
//   mean            A'(f) = f
//   entropy         A(f) − f·μ = log(2π)/2 − μ²/2, relative to ν
//
// A density: its log-probabilities depend on the unit of measurement, which model/standardisation.h keeps. Freund &
// Haussler (1994); Welling, Rosen-Zvi & Hinton (2005); docs/models/gaussian-rbm.md
#pragma once

#include <numbers>

#include "deepboltz/base/numeric.h"

namespace deepboltz {

struct Gaussian {
  static constexpr const char* name = "gaussian";

  template <class Real> DEEPBOLTZ_HD static Real log_partition(Real f) {
    return f * f / 2 + std::log(2 * std::numbers::pi_v<Real>) / 2;
  }
  template <class Real> DEEPBOLTZ_HD static Real mean(Real f) { return f; }
  template <class Real> DEEPBOLTZ_HD static Real draw(Real mean, Real standard_normal) {
    return mean + standard_normal;
  }
  template <class Real> DEEPBOLTZ_HD static Real entropy(Real mean) { return log_partition(Real(0)) - mean * mean / 2; }
  // log ν(x)
  static double log_measure(double x) { return -x * x / 2; }

  bool operator==(const Gaussian&) const = default;
};

}  // namespace deepboltz
