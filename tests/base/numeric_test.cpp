#include "deepboltz/base/numeric.h"

#include <vector>

#include <gtest/gtest.h>

namespace deepboltz {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The textbook formula in long double, which has the range and the digits that double lacks here.
TEST(Numeric, SoftplusAndLogisticAreExactToRounding) {
  for (double x : {-700.0, -40.0, -5.0, -1e-9, 0.0, 1e-9, 0.3, 5.0, 40.0, 700.0}) {
    const long double e = std::exp((long double)(x));
    EXPECT_NEAR(log1p_exp(x), double(std::log1p(e)), 4e-16 * std::max(1.0, x)) << x;
    EXPECT_DOUBLE_EQ(logistic(x), double(e / (1 + e))) << x;
    EXPECT_FLOAT_EQ(logistic(float(x)), float(logistic(double(float(x))))) << x;
  }
}

TEST(Numeric, NothingOverflows) {
  EXPECT_EQ(log1p_exp(1e308), 1e308);
  EXPECT_EQ(log1p_exp(-1e308), 0.0);
  EXPECT_EQ(logistic(1e308), 1.0);
  EXPECT_EQ(logistic(-1e308), 0.0);
  EXPECT_EQ(log1p_exp(1e38f), 1e38f);
  EXPECT_EQ(entropy_term(0.0), 0.0);
}

TEST(Numeric, LogSumExpMatchesTheSumWhereThatFitsAndShiftsWithItsArgument) {
  const std::vector<double> x = {-3.0, 0.5, 2.0, 2.0, -kInfinity};
  const double plain = std::log(std::exp(-3.0) + std::exp(0.5) + 2 * std::exp(2.0));
  for (double shift : {0.0, -5'000.0, 5'000.0}) {
    std::vector<double> moved = x;
    StreamingLogSumExp streaming;
    for (double& v : moved) streaming.add(v += shift);
    EXPECT_NEAR(log_sum_exp(std::span<const double>(moved)), plain + shift, 1e-12 * std::max(1.0, std::abs(shift)));
    EXPECT_NEAR(streaming.value(), plain + shift, 1e-12 * std::max(1.0, std::abs(shift)));
  }
  EXPECT_NEAR(log_add_exp(-1'000.0, -1'001.0), -1'000 + std::log1p(std::exp(-1.0)), 1e-12);
}

TEST(Numeric, AnEmptySumIsLogZero) {
  EXPECT_EQ(log_sum_exp(std::span<const double>()), -kInfinity);
  EXPECT_EQ(StreamingLogSumExp().value(), -kInfinity);
  EXPECT_EQ(log_add_exp(-kInfinity, -kInfinity), -kInfinity);
  EXPECT_EQ(log_add_exp(-kInfinity, 3.0), 3.0);
}

}  // namespace
}  // namespace deepboltz
