// Bernoulli unit: x in {0, 1}, energy −f·x with field f = bias + input.
//
//   log-partition   A(f) = log(1 + exp f)
//   mean            A'(f) = 1 / (1 + exp −f)
//   entropy         −μ log μ − (1−μ) log(1−μ)
//
// Welling, Rosen-Zvi & Hinton (2005); docs/models/rbm.md
#pragma once

#include <cstdint>

#include "deepboltz/base/numeric.h"

namespace deepboltz {

struct Bernoulli {
  static constexpr const char* name = "bernoulli";

  template <class Real> DEEPBOLTZ_HD static Real log_partition(Real f) { return log1p_exp(f); }
  template <class Real> DEEPBOLTZ_HD static Real mean(Real f) { return logistic(f); }
  // u uniform on [0, 1): a mean of 0 never fires, a mean of 1 always.
  template <class Real> DEEPBOLTZ_HD static Real draw(Real mean, Real u) { return u < mean ? Real(1) : Real(0); }
  template <class Real> DEEPBOLTZ_HD static Real entropy(Real mean) {
    return entropy_term(mean) + entropy_term(1 - mean);
  }

  static std::int64_t values() { return 2; }
  static double value(std::int64_t k) { return double(k); }

  bool operator==(const Bernoulli&) const = default;
};

}  // namespace deepboltz
