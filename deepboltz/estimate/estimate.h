// A number with its error; never a bare number.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace deepboltz {

struct Estimate {
  double value = 0;
  double standard_error = 0;
  double lower = 0, upper = 0;  // three standard errors either way; −∞ or +∞ where that end does not exist
  double ess = 0;               // effective number of independent runs, where weights are averaged
  std::int64_t runs = 0;        // runs, or cases averaged
  std::string warning = {};     // why not to trust it; empty if there is no known reason
};

// A number that is known without error.
inline Estimate exactly(double value) { return {.value = value, .lower = value, .upper = value}; }

// log of the mean of exp(log_weights), the importance-sampling estimate. Its error is that of the mean weight, mapped
// to logs: log(ŵ ± 3·s/√runs), the lower end −∞ when ŵ ≤ 3·s/√runs. Warns when ESS < runs/10, when one weight carries
// more than half of the sum, or when the log-weights have a standard deviation above 2 nats. NumericalError where one
// is not finite.    at least 2 log-weights
Estimate log_mean_exp(std::span<const double> log_weights);

// Mean of values with the standard error of the mean.    at least 2 values
Estimate mean_estimate(std::span<const double> values);

Estimate in_percent(Estimate share);  // a hundred times, with its error and its ends

// a + constant, and −a (ends change places).
Estimate shifted(Estimate a, double constant);
Estimate negated(Estimate a);

// The difference of two independent estimates: mean of a quantity minus log Z.
Estimate difference(const Estimate& a, const Estimate& b);

}  // namespace deepboltz
