// Spin unit: x in {−1, +1}, energy −f·x with field f = bias + input.
//
//   log-partition   A(f) = log(2 cosh f)
//   mean            A'(f) = tanh f
//   entropy         that of a coin with p = (1+μ)/2
//
// Ising (1925); Ackley, Hinton & Sejnowski (1985) in 0 and 1; docs/models/units.md
#pragma once

#include <cstdint>

#include "deepboltz/base/numeric.h"

namespace deepboltz {

struct Spin {
  static constexpr const char* name = "spin";

  template <class Real> DEEPBOLTZ_HD static Real log_partition(Real f) { return log1p_exp(2 * f) - f; }
  template <class Real> DEEPBOLTZ_HD static Real mean(Real f) { return std::tanh(f); }
  // u uniform on [0, 1): a mean of −1 is never up, a mean of 1 always.
  template <class Real> DEEPBOLTZ_HD static Real draw(Real mean, Real u) {
    return 2 * u < 1 + mean ? Real(1) : Real(-1);
  }
  template <class Real> DEEPBOLTZ_HD static Real entropy(Real mean) {
    return entropy_term((1 + mean) / 2) + entropy_term((1 - mean) / 2);
  }

  static std::int64_t values() { return 2; }
  static double value(std::int64_t k) { return double(2 * k - 1); }

  bool operator==(const Spin&) const = default;
};

}  // namespace deepboltz
