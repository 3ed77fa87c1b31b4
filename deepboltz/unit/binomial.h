// Binomial unit: x in {0, …, n}, the number of successes of n trials that share a field: n Bernoulli units of one bias
// and one row of weights, of which only the sum is kept. A count x stands for ν(x) = n!/(x!(n−x)!) ways:
//
//   p(x) ∝ ν(x) exp(f·x)
//   log-partition   A(f) = n log(1 + exp f)
//   mean            A'(f) = n / (1 + exp −f)
//   entropy         A(f) − f·μ = n·(that of a coin with p = μ/n), relative to ν
//
// Teh & Hinton (2001), "Rate-coded restricted Boltzmann machines"; docs/models/units.md
#pragma once

#include <cstdint>

#include "deepboltz/base/numeric.h"

namespace deepboltz {

struct Binomial {
  static constexpr const char* name = "binomial";
  // A draw begins at (1−p)ⁿ ≥ 2⁻ⁿ, and ν is below 2ⁿ: both must be normal doubles.
  static constexpr std::int64_t kMostTrials = 1'000;
  std::int64_t trials = 1;

  template <class Real> Real log_partition(Real f) const { return Real(trials) * log1p_exp(f); }
  template <class Real> Real mean(Real f) const { return Real(trials) * logistic(f); }
  // Inverse of the cumulative distribution at u, begun at the likelier end.
  template <class Real> Real draw(Real mean, Real u) const {
    const double n = double(trials), success = double(mean) / n, rare = std::min(success, 1 - success);
    std::int64_t count = 0;
    for (double p = std::pow(1 - rare, n), sum = p; sum <= double(u) && count < trials; sum += p) {
      p *= (n - double(count)) / double(count + 1) * rare / (1 - rare);
      ++count;
    }
    return Real(rare == success ? count : trials - count);
  }
  template <class Real> Real entropy(Real mean) const {
    const Real p = mean / Real(trials);
    return Real(trials) * (entropy_term(p) + entropy_term(1 - p));
  }
  // log ν(x) of a whole number x in 0 … n.
  double log_measure(double x) const {
    double ways = 1;
    for (double k = 1; k <= std::min(x, double(trials) - x); ++k) ways *= (double(trials) - k + 1) / k;
    return std::log(ways);
  }

  std::int64_t values() const { return trials + 1; }
  static double value(std::int64_t k) { return double(k); }

  bool operator==(const Binomial&) const = default;
};

}  // namespace deepboltz
