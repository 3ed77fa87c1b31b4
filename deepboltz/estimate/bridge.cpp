#include "deepboltz/estimate/bridge.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/base/error.h"
#include "deepboltz/base/numeric.h"

namespace deepboltz {
namespace {

constexpr double kRounding = 1e-9;

struct Side {
  double sum = 0, relative_variance = 0, ess = 0;  // of the acceptances
};

Side side_of(std::span<const double> w, double sign, double shift) {
  double sum = 0, squares = 0;
  for (double x : w) {
    const double a = logistic(sign * (x - shift));
    sum += a;
    squares += a * a;
  }
  const double count = double(w.size());
  return {sum, squares * count / (sum * sum) - 1, sum * sum / squares};
}

}  // namespace

double bridge_root(std::span<const double> forward, std::span<const double> reverse) {
  const double c = std::log(double(forward.size()) / double(reverse.size()));
  const auto excess = [&](double delta) {  // falls in Δ
    double sum = 0;
    for (double w : forward) sum += logistic(w - delta - c);
    for (double w : reverse) sum -= logistic(delta + c - w);
    return sum;
  };
  const auto [low_f, high_f] = std::ranges::minmax(forward);
  const auto [low_r, high_r] = std::ranges::minmax(reverse);
  const double reach = 1 + std::abs(c) + std::log(double(forward.size() + reverse.size()));
  double low = std::min(low_f, low_r) - reach, high = std::max(high_f, high_r) + reach;
  for (int halving = 0; halving < 200 && low < high; ++halving) {
    const double middle = low + (high - low) / 2;
    if (middle == low || middle == high) break;
    (excess(middle) > 0 ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

Estimate bridge_log_z(std::span<const double> forward, std::span<const double> reverse) {
  require(forward.size() >= 2 && reverse.size() >= 2, "bridge: expected two runs of either direction, got {} and {}",
          forward.size(), reverse.size());
  for (const auto& side : {forward, reverse})
    for (double w : side)
      if (!std::isfinite(w)) throw NumericalError(fmt::format("a log-weight is {}", w));
  Estimate e;
  e.value = bridge_root(forward, reverse);
  const double shift = e.value + std::log(double(forward.size()) / double(reverse.size()));
  const Side up = side_of(forward, 1, shift), down = side_of(reverse, -1, shift);
  e.standard_error = std::sqrt(std::max(0.0, up.relative_variance) / double(forward.size()) +
                               std::max(0.0, down.relative_variance) / double(reverse.size()));
  e.lower = e.value - 3 * e.standard_error;
  e.upper = e.value + 3 * e.standard_error;
  e.ess = up.ess + down.ess;
  e.runs = std::int64_t(forward.size() + reverse.size());
  // ∫ p₀p₁/(n₀p₀ + n₁p₁) ≤ 1/(n₀ + n₁): two densities overlap no more than a density with itself.
  const double most = double(forward.size()) * double(reverse.size()) / double(forward.size() + reverse.size());
  const double error = up.sum * std::sqrt(std::max(0.0, up.relative_variance) / double(forward.size()) +
                                          std::max(0.0, down.relative_variance) / double(reverse.size()));
  if (up.sum > most + 3 * error + kRounding * most)
    e.warning = fmt::format("the draws are not of the two distributions: {:.1f} are accepted, {:.1f} can be at most",
                            up.sum, most);
  else if (up.ess < double(forward.size()) / 10 || down.ess < double(reverse.size()) / 10)
    e.warning = fmt::format("the two directions hardly overlap: effective runs {:.1f} and {:.1f} of {} and {}", up.ess,
                            down.ess, forward.size(), reverse.size());
  return e;
}

}  // namespace deepboltz
