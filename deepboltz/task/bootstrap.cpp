#include "deepboltz/task/bootstrap.h"

#include <cmath>

#include "deepboltz/base/error.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {

std::vector<std::uint32_t> drawn_copies(Key key, std::int64_t cases) {
  std::vector<std::uint32_t> copies(static_cast<std::size_t>(cases));
  for (std::int64_t i = 0; i < cases; ++i) ++copies[below(key, std::uint64_t(i), std::uint64_t(cases))];
  return copies;
}

Estimate estimate_of(const Bootstrapped& figure) {
  const Estimate mean = mean_estimate(figure.samples);
  const double runs = double(figure.samples.size()), error = mean.standard_error * std::sqrt(runs);
  return {.value = figure.value,
          .standard_error = error,
          .lower = figure.value - 3 * error,
          .upper = figure.value + 3 * error,
          .ess = runs,
          .runs = std::int64_t(figure.samples.size())};
}

Bootstrapped difference(const Bootstrapped& first, const Bootstrapped& second) {
  require(first.samples.size() == second.samples.size(), "difference: expected {} samples, as of the first, got {}",
          first.samples.size(), second.samples.size());
  Bootstrapped out{first.value - second.value, first.samples};
  for (std::size_t i = 0; i < out.samples.size(); ++i) out.samples[i] -= second.samples[i];
  return out;
}

}  // namespace deepboltz
