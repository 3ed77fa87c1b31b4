#include "deepboltz/sample/diagnostics.h"

#include <cmath>

#include <gtest/gtest.h>

#include "deepboltz/base/error.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

// Autoregressive chains x' = φx + √(1−φ²)·noise, whose autocorrelation time is (1+φ)/(1−φ).
std::vector<std::vector<double>> autoregressive(double phi, int chains, int steps, double apart = 0) {
  std::vector<std::vector<double>> series;
  for (int c = 0; c < chains; ++c) {
    double x = normal({1}, std::uint32_t(c), 0);
    series.emplace_back();
    for (int s = 0; s < steps; ++s) {
      x = phi * x + std::sqrt(1 - phi * phi) * normal({2}, std::uint32_t(c), std::uint32_t(s));
      series.back().push_back(x + apart * c);
    }
  }
  return series;
}

TEST(Mixing, FindsTheAutocorrelationTimeOfAutoregressiveChains) {
  for (double phi : {0.0, 0.5, 0.9, 0.95}) {
    const double expected = (1 + phi) / (1 - phi);
    const Mixing mixing = measure_mixing(autoregressive(phi, 20, 4'000));
    // Relative error of about √(2·window/draws), window a few τ of 80,000 draws: below 5 % at τ = 39.
    EXPECT_NEAR(mixing.autocorrelation_time, expected, 0.15 * expected) << "φ " << phi;
    EXPECT_NEAR(mixing.ess, 80'000 / mixing.autocorrelation_time, 1e-6);
    EXPECT_LT(mixing.r_hat, 1.02);
  }
}

TEST(Mixing, SeesChainsThatDisagree) {
  const Mixing mixing = measure_mixing(autoregressive(0.5, 4, 1'000, 3));
  EXPECT_GT(mixing.r_hat, 2);
  EXPECT_LT(mixing.ess, 40);
  std::vector<std::vector<double>> drift(2);
  for (int s = 0; s < 100; ++s) drift[0].push_back(s), drift[1].push_back(s);
  EXPECT_GT(measure_mixing(drift).r_hat, 1.5);  // halves of one chain
  const Mixing still =
      measure_mixing(std::vector<std::vector<double>>{std::vector<double>(50, 1.0), std::vector<double>(50, 2.0)});
  EXPECT_TRUE(std::isinf(still.r_hat));
  EXPECT_EQ(measure_mixing(std::vector<std::vector<double>>{std::vector<double>(10, 1.0)}).autocorrelation_time, 1);
}

TEST(Mixing, RefusesChainsOfUnequalLengthOrTooShort) {
  EXPECT_THROW(measure_mixing({}), InputError);
  EXPECT_THROW(measure_mixing(std::vector<std::vector<double>>{{1, 2, 3}}), InputError);
  EXPECT_THROW(measure_mixing(std::vector<std::vector<double>>{{1, 2, 3, 4}, {1, 2, 3}}), InputError);
}

}  // namespace
}  // namespace deepboltz
