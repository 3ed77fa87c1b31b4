#include "deepboltz/estimate/resample.h"

#include <cmath>

#include <gtest/gtest.h>

namespace deepboltz {
namespace {

TEST(SystematicCounts, AreTheExpectedOnesRoundedAndTheMeanOfAllIsExact) {
  const std::vector<double> share = {0.07, 0, 0.5, 0.33, 0.1};
  std::vector<double> log_weights, mean(share.size(), 0.0);
  for (double w : share) log_weights.push_back(std::log(w) + 700);  // weights that no double holds
  constexpr int kDraws = 7, kSteps = 1'000;
  for (int step = 0; step < kSteps; ++step) {
    const auto counts = systematic_counts(log_weights, kDraws, (step + 0.5) / kSteps);
    ASSERT_EQ(counts.size(), share.size());
    std::int64_t sum = 0;
    for (std::size_t c = 0; c < counts.size(); ++c) {
      EXPECT_GE(counts[c], std::int64_t(std::floor(kDraws * share[c] - 1e-9)));
      EXPECT_LE(counts[c], std::int64_t(std::ceil(kDraws * share[c] + 1e-9)));
      sum += counts[c];
      mean[c] += double(counts[c]) / kSteps;
    }
    EXPECT_EQ(sum, kDraws);
  }
  for (std::size_t c = 0; c < share.size(); ++c) EXPECT_NEAR(mean[c], kDraws * share[c], 1.0 / kSteps);
}

}  // namespace
}  // namespace deepboltz
