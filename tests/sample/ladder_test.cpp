#include "deepboltz/sample/ladder.h"

#include <cmath>

#include <gtest/gtest.h>

#include "deepboltz/base/error.h"

namespace deepboltz {
namespace {

TEST(Ladder, ClimbsFromZeroToOneInAsManySteps) {
  for (int steps = 1; steps < 400; ++steps) {
    EXPECT_EQ(uniform_ladder(steps).size(), std::size_t(steps) + 1);
    EXPECT_NO_THROW(require_ladder(uniform_ladder(steps)));
    if (steps < 3) continue;
    EXPECT_EQ(three_part_ladder(steps).size(), std::size_t(steps) + 1);
    EXPECT_NO_THROW(require_ladder(three_part_ladder(steps)));
  }
  EXPECT_EQ(uniform_ladder(4), (std::vector<double>{0, 0.25, 0.5, 0.75, 1}));
}

TEST(Ladder, OfThreePartsHasTheReleasedSpacing) {
  const auto ladder = three_part_ladder(14'500);
  EXPECT_NEAR(ladder[1], 0.5 / 500, 1e-15);
  EXPECT_EQ(ladder[500], 0.5);
  EXPECT_NEAR(ladder[4'500], 0.9, 1e-15);
  EXPECT_NEAR(ladder[4'501] - ladder[4'500], 0.1 / 10'000, 1e-14);
}

TEST(Ladder, RefusesWhatDoesNotClimbFromZeroToOne) {
  EXPECT_THROW(uniform_ladder(0), InputError);
  EXPECT_THROW(three_part_ladder(2), InputError);
  const std::vector<std::vector<double>> bad{
      {},     {0},         {1},       {0.1, 1}, {0, 0.9}, {0, 0.5, 0.5, 1}, {0, 0.6, 0.5, 1},
      {1, 0}, {0, NAN, 1}, {0, 1, 1}, {NAN, 1}, {0, 2, 1}};
  for (const auto& ladder : bad) EXPECT_THROW(require_ladder(ladder), InputError);
  EXPECT_NO_THROW(require_ladder({0, 1}));
}

}  // namespace
}  // namespace deepboltz
