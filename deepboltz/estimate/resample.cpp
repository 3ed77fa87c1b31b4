#include "deepboltz/estimate/resample.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/base/numeric.h"

namespace deepboltz {

std::vector<std::int64_t> systematic_counts(std::span<const double> log_weights, std::int64_t n, double u) {
  const double total = log_sum_exp(log_weights), draws = double(n);
  std::vector<std::int64_t> counts;
  double sum = 0, given = 0;
  for (std::size_t c = 0; c < log_weights.size(); ++c) {
    sum += std::exp(log_weights[c] - total) * draws;
    const double upto = c + 1 == log_weights.size() ? draws : std::clamp(std::ceil(sum - u), given, draws);
    counts.push_back(std::int64_t(upto - given));
    given = upto;
  }
  return counts;
}

}  // namespace deepboltz
