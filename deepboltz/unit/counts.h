// Counts unit: how often each word of a vocabulary comes in a document of D words, which are drawn alike: a softmax
// unit for every word of the document, all of one bias and one row of weights, of which only the counts are kept. The
// layer is one unit; D, the length, is a number a case. A vector x of counts stands for ν(x) = D!/Π x_k! documents:
//
//   p(x) ∝ ν(x) exp(f·x)   where Σ x_k = D
//   log-partition   A(f) = D·log Σ_k exp f_k
//   mean            D·exp(f_k − log Σ exp f)
//   entropy         A(f) − f·μ = −D Σ_k p_k log p_k with p = μ/D, relative to ν
//
// With `extra` words the model has M more than a document of N shows: D = N + M, of which those M are hidden units that
// share bias and weights with the document's (model/length.h).
//
// Salakhutdinov & Hinton (2009), "Replicated Softmax"; Srivastava, Salakhutdinov & Hinton (2013), the extra words;
// docs/models/counts.md
#pragma once

#include <cstdint>

#include "deepboltz/base/numeric.h"

namespace deepboltz {

struct Counts {
  static constexpr const char* name = "counts";
  static constexpr std::int64_t kMostExtra = 1'000'000;

  std::int64_t extra = 0;  // M

  template <class Real> static double log_partition(const Real* f, std::int64_t words, double length) {
    return length * log_sum_exp(std::span<const Real>(f, std::size_t(words)));
  }
  template <class Real> static void mean(const Real* f, std::int64_t words, double length, Real* out) {
    const Real a = Real(log_sum_exp(std::span<const Real>(f, std::size_t(words))));
    for (std::int64_t k = 0; k < words; ++k) out[k] = Real(length) * std::exp(f[k] - a);
  }
  // x ← `length` words, each by the inverse of the cumulative mean at a uniform number: these are made in increasing
  // order, the least of n of them being 1 − U^(1/n), so that one pass over the words serves all. uniform(i) in [0, 1)
  // is U of the i-th. Rounding can leave the last sum below a number, hence the last word that can occur.
  template <class Real, class Uniform>
  static void draw(const Real* mean, std::int64_t words, double length, Uniform&& uniform, Real* x) {
    std::int64_t last = 0, drawn = 0;
    for (std::int64_t k = 0; k < words; ++k) {
      x[k] = 0;
      if (mean[k] > 0) last = k;
    }
    const auto left_above = [&](double above) {  // the share of the unit interval above the next number
      const double u = double(uniform(drawn));
      return above * std::pow(1 - u, 1 / (length - double(drawn)));
    };
    double above = left_above(1), sum = 0;
    for (std::int64_t k = 0; k <= last && double(drawn) < length; ++k) {
      sum += double(mean[k]);
      while (double(drawn) < length && (k == last || (1 - above) * length < sum)) {
        x[k] += 1;
        if (double(++drawn) < length) above = left_above(above);
      }
    }
  }
  template <class Real> static double entropy(const Real* mean, std::int64_t words) {
    double sum = 0, length = 0;
    for (std::int64_t k = 0; k < words; ++k) {
      length += double(mean[k]);
      sum += entropy_term(double(mean[k]));
    }
    return sum + length * std::log(length);
  }
  // log ν(x) of whole numbers x.
  template <class Real> static double log_measure(const Real* x, std::int64_t words) {
    double sum = 0, length = 0;
    for (std::int64_t k = 0; k < words; ++k)
      for (double i = 1; i <= double(x[k]); ++i) sum += std::log(++length / i);
    return sum;
  }

  bool operator==(const Counts&) const = default;
};

}  // namespace deepboltz
