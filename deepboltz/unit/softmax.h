// Softmax unit: one of `classes` states, as a one-hot row x, energy −f·x with a field a class.
//
//   log-partition   A(f) = log Σ_k exp f_k
//   mean            exp(f_k − A)
//   entropy         −Σ_k μ_k log μ_k
//
// A layer of several softmax units holds their groups side by side. The verbs take one group.
// Salakhutdinov & Hinton (2009) for labels; docs/models/dbm.md
#pragma once

#include <cstdint>

#include "deepboltz/base/numeric.h"

namespace deepboltz {

struct Softmax {
  static constexpr const char* name = "softmax";
  static constexpr std::int64_t kMostClasses = 100'000'000;
  std::int64_t classes = 2;

  template <class Real> Real log_partition(const Real* f) const {
    return Real(log_sum_exp(std::span<const Real>(f, std::size_t(classes))));
  }
  template <class Real> void mean(const Real* f, Real* out) const {
    const Real a = log_partition(f);
    for (std::int64_t k = 0; k < classes; ++k) out[k] = std::exp(f[k] - a);
  }
  // Inverse of the cumulative mean at u; rounding can leave the last sum below u, hence the last class that can occur.
  template <class Real> std::int64_t draw(const Real* mean, Real u) const {
    std::int64_t last = 0;
    Real sum = 0;
    for (std::int64_t k = 0; k < classes; ++k) {
      if (mean[k] <= 0) continue;
      last = k;
      sum += mean[k];
      if (u < sum) break;
    }
    return last;
  }
  template <class Real> Real entropy(const Real* mean) const {
    Real sum = 0;
    for (std::int64_t k = 0; k < classes; ++k) sum += entropy_term(mean[k]);
    return sum;
  }

  std::int64_t values() const { return classes; }

  bool operator==(const Softmax&) const = default;
};

}  // namespace deepboltz
