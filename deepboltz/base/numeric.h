// Stable scalar maths. Everything that could overflow or cancel is here once, in float and double.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#define DEEPBOLTZ_HD  // becomes __host__ __device__ under a device compiler

namespace deepboltz {

// log(1 + eˣ), the softplus.
template <class Real> DEEPBOLTZ_HD Real log1p_exp(Real x) {
  return std::max(x, Real(0)) + std::log1p(std::exp(-std::abs(x)));
}

// 1 / (1 + e⁻ˣ), exact to rounding on both sides of zero.
template <class Real> DEEPBOLTZ_HD Real logistic(Real x) {
  const Real e = std::exp(-std::abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

// −p log p, 0 at 0.
template <class Real> DEEPBOLTZ_HD Real entropy_term(Real p) { return p > 0 ? -p * std::log(p) : Real(0); }

// log Σ exp xᵢ; −∞ for an empty sum.
template <class Real> double log_sum_exp(std::span<const Real> x) {
  double top = -std::numeric_limits<double>::infinity();
  for (Real v : x) top = std::max(top, double(v));
  if (!std::isfinite(top)) return top;
  double sum = 0;
  for (Real v : x) sum += std::exp(double(v) - top);
  return top + std::log(sum);
}

// log(eᵃ + eᵇ)
inline double log_add_exp(double a, double b) {
  const double top = std::max(a, b);
  if (!std::isfinite(top)) return top;
  return top + std::log1p(std::exp(std::min(a, b) - top));
}

// Sum, in logs, of numbers that arrive one at a time.
class StreamingLogSumExp {
 public:
  void add(double x) {
    if (x == -std::numeric_limits<double>::infinity()) return;
    if (x > top_) {
      sum_ = sum_ * std::exp(top_ - x) + 1;
      top_ = x;
    } else {
      sum_ += std::exp(x - top_);
    }
  }
  double value() const { return sum_ > 0 ? top_ + std::log(sum_) : -std::numeric_limits<double>::infinity(); }

 private:
  double top_ = -std::numeric_limits<double>::infinity(), sum_ = 0;
};

}  // namespace deepboltz
