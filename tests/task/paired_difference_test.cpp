#include "deepboltz/task/paired_difference.h"

#include <vector>

#include "tests/io/refusal.h"
#include <gtest/gtest.h>

#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

TEST(PairedDifference, IsTheMeanOfTheDifferences) {
  const std::vector<double> first{0.9, 0.2, 0.7}, second{0.8, 0.2, 0.3};
  const Estimate found = paired_difference(first, second);
  EXPECT_NEAR(found.value, 0.5 / 3, 1e-12);
  // Differences 0.1, 0, 0.4: Σ (d − mean)² = 0.17 − 0.25/3
  EXPECT_NEAR(found.standard_error, std::sqrt((0.17 - 0.25 / 3) / 2 / 3), 1e-12);
  EXPECT_EQ(found.runs, 3);
}

// What both lists share leaves the error at that of their own parts.
TEST(PairedDifference, DoesNotCountWhatIsHardForBoth) {
  std::vector<double> first, second;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const double shared = 10 * normal(Key{1}, i, 0);
    first.push_back(shared + 0.1 * normal(Key{1}, i, 1));
    second.push_back(shared + 0.1 * normal(Key{1}, i, 2) - 0.05);
  }
  const Estimate found = paired_difference(first, second);
  const double error = 0.1 * std::sqrt(2.0 / 1000);
  EXPECT_NEAR(found.standard_error, error, 5 * error / std::sqrt(2.0 * 1000));
  EXPECT_NEAR(found.value, 0.05, 5 * error);
}

TEST(PairedDifference, RefusesListsThatArePairedWithNothing) {
  const std::vector<double> two{1, 2}, three{1, 2, 3};
  EXPECT_EQ(testing::refusal([&] { paired_difference(three, two); }),
            "paired difference: expected 3 figures, as in the first list, got 2");
}

}  // namespace
}  // namespace deepboltz
