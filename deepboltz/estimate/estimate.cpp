#include "deepboltz/estimate/estimate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "deepboltz/base/error.h"
#include "deepboltz/base/numeric.h"

namespace deepboltz {

Estimate log_mean_exp(std::span<const double> log_weights) {
  const double runs = double(log_weights.size());
  require(log_weights.size() >= 2, "an interval needs at least two runs, got {}", log_weights.size());
  for (double x : log_weights)
    if (!std::isfinite(x)) throw NumericalError(fmt::format("a log-weight is {}", x));
  const double top = *std::ranges::max_element(log_weights);
  double sum = 0, squares = 0, log_mean = 0;
  for (double x : log_weights) {
    const double w = std::exp(x - top);
    sum += w;
    squares += w * w;
    log_mean += x / runs;
  }
  const double mean = sum / runs;
  double deviations = 0, log_deviations = 0;  // in a second pass: equal weights have no error, not one of rounding
  for (double x : log_weights) {
    deviations += (std::exp(x - top) - mean) * (std::exp(x - top) - mean);
    log_deviations += (x - log_mean) * (x - log_mean);
  }
  const double error = std::sqrt(deviations / (runs - 1) / runs);

  Estimate e;
  e.value = top + std::log(mean);
  e.standard_error = error / mean;
  e.lower = mean > 3 * error ? top + std::log(mean - 3 * error) : -std::numeric_limits<double>::infinity();
  e.upper = top + std::log(mean + 3 * error);
  e.ess = sum * sum / squares;
  e.runs = std::int64_t(log_weights.size());
  const double spread = std::sqrt(log_deviations / (runs - 1));
  if (e.ess < runs / 10)
    e.warning = fmt::format("effective runs {:.1f} of {}", e.ess, e.runs);
  else if (runs > 2 && 1 / sum > 0.5)
    e.warning = "one run carries more than half of the weight";
  else if (spread > 2)
    e.warning = fmt::format("log-weights spread by {:.1f} nats", spread);
  return e;
}

Estimate mean_estimate(std::span<const double> values) {
  require(values.size() >= 2, "an error needs at least two values, got {}", values.size());
  const double count = double(values.size());
  double mean = 0, squares = 0;
  for (double x : values) mean += x;
  mean /= count;
  for (double x : values) squares += (x - mean) * (x - mean);
  const double error = std::sqrt(squares / (count - 1) / count);
  return {mean, error, mean - 3 * error, mean + 3 * error, count, std::int64_t(values.size()), {}};
}

Estimate in_percent(Estimate share) {
  for (double* number : {&share.value, &share.standard_error, &share.lower, &share.upper}) *number *= 100;
  return share;
}

Estimate shifted(Estimate a, double constant) {
  a.value += constant;
  a.lower += constant;
  a.upper += constant;
  return a;
}

Estimate negated(Estimate a) {
  a.value = -a.value;
  a.lower = -a.lower;
  a.upper = -a.upper;
  std::swap(a.lower, a.upper);
  return a;
}

Estimate difference(const Estimate& a, const Estimate& b) {
  Estimate d = a;
  d.value = a.value - b.value;
  d.standard_error = std::hypot(a.standard_error, b.standard_error);
  d.lower = d.value - std::hypot(a.value - a.lower, b.upper - b.value);
  d.upper = d.value + std::hypot(a.upper - a.value, b.value - b.lower);
  d.ess = b.ess;
  d.warning = a.warning.empty() ? b.warning : a.warning;
  return d;
}

}  // namespace deepboltz
