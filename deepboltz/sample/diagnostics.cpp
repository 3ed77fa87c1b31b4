#include "deepboltz/sample/diagnostics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "deepboltz/base/error.h"

namespace deepboltz {
namespace {

double mean_of(std::span<const double> x) {
  double sum = 0;
  for (double v : x) sum += v;
  return sum / double(x.size());
}

// Σ (x_s − mean)(x_{s+lag} − mean)/steps
double autocovariance(std::span<const double> x, double mean, std::size_t lag) {
  double sum = 0;
  for (std::size_t s = 0; s + lag < x.size(); ++s) sum += (x[s] - mean) * (x[s + lag] - mean);
  return sum / double(x.size());
}

}  // namespace

Mixing measure_mixing(std::span<const std::vector<double>> series) {
  require(!series.empty() && series[0].size() >= 4, "mixing: expected chains of at least 4 steps");
  std::vector<std::span<const double>> halves;
  for (const auto& chain : series) {
    require(chain.size() == series[0].size(), "mixing: expected chains of {} steps, got {}", series[0].size(),
            chain.size());
    const std::size_t half = chain.size() / 2;
    halves.push_back(std::span(chain).first(half));
    halves.push_back(std::span(chain).last(half));
  }
  const double steps = double(halves[0].size()), draws = steps * double(halves.size());
  std::vector<double> means;
  for (const auto& half : halves) means.push_back(mean_of(half));
  const double middle = mean_of(means);
  double between = 0, within = 0;
  for (std::size_t c = 0; c < halves.size(); ++c) {
    between += (means[c] - middle) * (means[c] - middle) / double(halves.size() - 1);
    within += autocovariance(halves[c], means[c], 0) * steps / (steps - 1) / double(halves.size());
  }
  const double total = (steps - 1) / steps * within + between;  // var⁺
  if (total == 0) return {1, 1, draws};
  const double r_hat = within > 0 ? std::sqrt(total / within) : std::numeric_limits<double>::infinity();
  const auto rho = [&](std::size_t lag) {
    double covariance = 0;
    for (std::size_t c = 0; c < halves.size(); ++c)
      covariance += autocovariance(halves[c], means[c], lag) * steps / (steps - 1) / double(halves.size());
    return 1 - (within - covariance) / total;
  };
  double time = -1, least = std::numeric_limits<double>::infinity();
  for (std::size_t lag = 0; lag + 1 < halves[0].size(); lag += 2) {
    const double pair = (lag == 0 ? 1 : rho(lag)) + rho(lag + 1);
    if (pair <= 0) break;
    least = std::min(least, pair);
    time += 2 * least;
  }
  time = std::max(time, 1.0);
  return {time, r_hat, draws / time};
}

}  // namespace deepboltz
