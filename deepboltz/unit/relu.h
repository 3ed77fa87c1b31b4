// Noisy rectified linear unit: x ≥ 0, the sum of infinitely many Bernoulli units that share a bias and a row of
// weights, each with its field lowered by ½, 1½, 2½, … All of them at once are drawn, nearly, as
//
//   x = max(0, f + s·ε),   ε standard normal,   s² = 1 / (1 + exp −f)
//   mean   E[x] = f·Φ(f/s) + s·φ(f/s)           Φ, φ: the normal distribution and its density
//
// The Bernoulli units' mean is log(1 + exp f) within 0.011. That of the draws lies below by up to 0.42, most at f =
// −0.2, and for a large field both are f: twice the weights, twice the mean. These draws are no family ν(x) exp(f·x):
// there is no log-partition, no entropy and no energy, hence nothing that needs one (EnergyModel::require_energy). A
// draw is of the field, which the mean does not replace.
//
// Nair & Hinton (2010), Rectified linear units improve restricted Boltzmann machines; docs/models/units.md
#pragma once

#include <numbers>

#include "deepboltz/base/numeric.h"

namespace deepboltz {

struct Relu {
  static constexpr const char* name = "relu";

  // The standard deviation s of the noise.
  template <class Real> DEEPBOLTZ_HD static Real noise(Real f) { return std::sqrt(logistic(f)); }
  template <class Real> DEEPBOLTZ_HD static Real mean(Real f) {
    const Real s = noise(f);
    if (s == 0) return 0;  // f below the smallest logarithm
    const Real z = f / s;
    const Real below = std::erfc(-z / std::numbers::sqrt2_v<Real>) / 2;
    const Real density = std::exp(-z * z / 2) * std::numbers::inv_sqrtpi_v<Real> / std::numbers::sqrt2_v<Real>;
    return std::max(Real(0), f * below + s * density);
  }
  template <class Real> DEEPBOLTZ_HD static Real draw(Real field, Real standard_normal) {
    return std::max(Real(0), field + noise(field) * standard_normal);
  }

  bool operator==(const Relu&) const = default;
};

}  // namespace deepboltz
