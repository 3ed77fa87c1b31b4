#include "deepboltz/system/robust/exposure.h"

#include <algorithm>
#include <cmath>

namespace deepboltz {
namespace {

// Weighted moments of what is observed, x, and its target, m.
struct Moments {
  double weight = 0, x = 0, m = 0, xx = 0, xm = 0;

  Moments(std::span<const double> w, std::span<const double> observed, std::span<const double> mean) {
    for (std::size_t i = 0; i < w.size(); ++i) {
      weight += w[i];
      x += w[i] * observed[i];
      m += w[i] * mean[i];
    }
    if (weight == 0) return;
    x /= weight;
    m /= weight;
    for (std::size_t i = 0; i < w.size(); ++i) {
      xx += w[i] * (observed[i] - x) * (observed[i] - x);
      xm += w[i] * (observed[i] - x) * (mean[i] - m);
    }
  }
};

}  // namespace

Gain fitted_gain(std::span<const double> weight, std::span<const double> observed, std::span<const double> mean,
                 double ridge) {
  constexpr double kLeast = 0.3, kMost = 4;
  const Moments of(weight, observed, mean);
  if (of.weight == 0 || of.xx + ridge <= 0) return {};
  const double gain = std::clamp((of.xm + ridge) / (of.xx + ridge), kLeast, kMost);
  return {gain, of.m - gain * of.x};
}

Gain best_gain(std::span<const double> weight, std::span<const double> observed, std::span<const double> mean,
               double clear) {
  const Moments of(weight, observed, mean);
  if (of.weight == 0 || of.xx <= 0) return {};
  const double gain = (of.xm + std::sqrt(of.xm * of.xm + 4 * of.xx * clear)) / (2 * of.xx);
  return {gain, of.m - gain * of.x};
}

Gain release_gain(std::span<const double> clear, std::span<const double> observed, double rms) {
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < clear.size(); ++i) {
    const double x = clear[i] != 0 ? observed[i] : 0;
    sum += x;
    squares += x * x;
  }
  const auto pixels = double(clear.size());
  const double mean = sum / pixels, variance = squares / pixels - mean * mean;
  if (!(variance > 0)) return {};
  const double gain = rms / std::sqrt(variance);
  return {gain, -gain * mean};
}

}  // namespace deepboltz
