#include "deepboltz/estimate/estimate.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "deepboltz/base/error.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

TEST(LogMeanExp, IsTheMeanOfTheWeightsWithItsErrorInLogs) {
  const std::vector<double> weights{4, 5, 6, 9};
  std::vector<double> logs;
  for (double w : weights) logs.push_back(std::log(w));
  const Estimate e = log_mean_exp(logs);
  const double mean = 6, deviation = std::sqrt((4 + 1 + 0 + 9) / 3.0), error = deviation / 2;
  EXPECT_NEAR(e.value, std::log(mean), 1e-15);
  EXPECT_NEAR(e.standard_error, error / mean, 1e-15);
  EXPECT_NEAR(e.upper, std::log(mean + 3 * error), 1e-15);
  EXPECT_NEAR(e.lower, std::log(mean - 3 * error), 1e-14);
  EXPECT_NEAR(e.ess, 576.0 / 158, 1e-14);
  EXPECT_EQ(e.runs, 4);
  EXPECT_EQ(e.warning, "");
}

TEST(LogMeanExp, MovesWithAConstantAtAnySize) {
  const std::vector<double> small{0.1, -0.4, 0.3};
  for (double constant : {-1e5, -800.0, 0.0, 800.0, 1e5}) {
    std::vector<double> moved;
    for (double x : small) moved.push_back(x + constant);
    const Estimate here = log_mean_exp(moved), there = shifted(log_mean_exp(small), constant);
    EXPECT_NEAR(here.value, there.value, 1e-10);
    EXPECT_NEAR(here.lower, there.lower, 1e-10);
    EXPECT_NEAR(here.upper, there.upper, 1e-10);
    EXPECT_NEAR(here.ess, there.ess, 1e-10);
  }
}

TEST(LogMeanExp, OfEqualWeightsHasNoErrorAndAsManyEffectiveRuns) {
  for (double x : {0.0, 3.3, -1234.5678}) {
    const Estimate e = log_mean_exp(std::vector<double>(100, x));
    EXPECT_NEAR(e.value, x, 1e-12);
    EXPECT_EQ(e.standard_error, 0);
    EXPECT_EQ(e.lower, e.value);
    EXPECT_EQ(e.upper, e.value);
    EXPECT_NEAR(e.ess, 100, 1e-10);
    EXPECT_EQ(e.warning, "");
  }
}

TEST(LogMeanExp, HasNoLowerEndWhereTheErrorReachesZero) {
  const Estimate e = log_mean_exp(std::vector<double>{0, -1, -2, 5});
  EXPECT_EQ(e.lower, -INFINITY);
  EXPECT_TRUE(std::isfinite(e.value) && std::isfinite(e.upper));
}

TEST(LogMeanExp, WarnsWhenFewRunsCarryTheWeight) {
  std::vector<double> one(100, 0.0), few(100, -50.0), spread;
  one[3] = 6;  // e⁶ against 99
  for (int r = 0; r < 3; ++r) few[std::size_t(r)] = 0;
  for (int r = 0; r < 1'000; ++r) spread.push_back(3 * normal({1}, std::uint32_t(r), 0));
  EXPECT_NE(log_mean_exp(one).warning, "");
  EXPECT_NE(log_mean_exp(few).warning, "");
  EXPECT_NE(log_mean_exp(spread).warning, "");
  spread.clear();
  for (int r = 0; r < 1'000; ++r) spread.push_back(0.5 * normal({1}, std::uint32_t(r), 0));
  EXPECT_EQ(log_mean_exp(spread).warning, "");
}

TEST(LogMeanExp, RefusesOneRunAndWhatIsNotFinite) {
  EXPECT_THROW(log_mean_exp(std::vector<double>{}), InputError);
  EXPECT_THROW(log_mean_exp(std::vector<double>{1}), InputError);
  EXPECT_THROW(log_mean_exp(std::vector<double>{1, INFINITY}), NumericalError);
  EXPECT_THROW(log_mean_exp(std::vector<double>{1, NAN}), NumericalError);
  EXPECT_THROW(log_mean_exp(std::vector<double>{NAN, 1}), NumericalError);
  EXPECT_THROW(log_mean_exp(std::vector<double>{-INFINITY, -INFINITY}), NumericalError);
  EXPECT_THROW(log_mean_exp(std::vector<double>{-INFINITY, 1}), NumericalError);
}

TEST(MeanEstimate, HasTheStandardErrorOfTheMean) {
  const Estimate e = mean_estimate(std::vector<double>{1, 2, 3, 6});
  EXPECT_NEAR(e.value, 3, 1e-15);
  EXPECT_NEAR(e.standard_error, std::sqrt(14 / 3.0) / 2, 1e-15);
  EXPECT_NEAR(e.lower, 3 - 3 * e.standard_error, 1e-15);
  EXPECT_NEAR(e.upper, 3 + 3 * e.standard_error, 1e-15);
  EXPECT_THROW(mean_estimate(std::vector<double>{1}), InputError);
}

TEST(Estimates, SubtractWithOppositeEnds) {
  const Estimate log_z{5, 0.1, 4, 5.25, 10, 100, {}};
  const Estimate fixed{-3, 0, -3, -3, 50, 50, {}};  // no error of its own
  const Estimate d = difference(fixed, log_z);
  EXPECT_NEAR(d.value, -8, 1e-15);
  EXPECT_NEAR(d.lower, -8.25, 1e-15);
  EXPECT_NEAR(d.upper, -7, 1e-15);
  EXPECT_NEAR(d.standard_error, 0.1, 1e-15);
  const Estimate noisy{-3, 0.4, -4.2, -1.8, 50, 50, {}};
  EXPECT_NEAR(difference(noisy, log_z).standard_error, std::hypot(0.4, 0.1), 1e-15);
  EXPECT_NEAR(difference(noisy, log_z).lower, -8 - std::hypot(1.2, 0.25), 1e-15);
  const Estimate open{5, 0.4, -INFINITY, 5.5, 2, 100, "effective runs 2 of 100"};
  EXPECT_EQ(difference(fixed, open).upper, INFINITY);
  EXPECT_EQ(difference(fixed, open).warning, open.warning);
  const Estimate minus = negated(log_z);
  EXPECT_EQ(minus.value, -5);
  EXPECT_EQ(minus.lower, -5.25);
  EXPECT_EQ(minus.upper, -4);
}

}  // namespace
}  // namespace deepboltz
