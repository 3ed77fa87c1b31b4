// Which log Z is to be quoted. Peers gave the two directions of annealing of one machine 11.8 nats apart without a
// word.
#include "deepboltz/system/graph/trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace deepboltz {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Estimate estimate(double value, double error = 0.1) {
  return {.value = value, .standard_error = error, .lower = value - 3 * error, .upper = value + 3 * error, .runs = 100};
}

LogZ annealed(double forward, double reverse, double bridge) {
  return {.forward = estimate(forward), .reverse = estimate(reverse), .bridge = estimate(bridge)};
}

TEST(Trust, IsInNoneWhereTheDirectionsOfAnnealingAreApart) {
  EXPECT_THAT(which_to_trust(annealed(100, 111.8, 106)),
              StartsWith("none: forward and reverse AIS are 11.80 nats apart"));
  EXPECT_THAT(which_to_trust(annealed(100, 100.2, 100.1)), StartsWith("log_z_bridge"));
}

TEST(Trust, IsInNoneThatWarns) {
  for (auto member : {&LogZ::forward, &LogZ::reverse, &LogZ::bridge}) {
    LogZ measured = annealed(100, 100.2, 100.1);
    (measured.*member).warning = "effective runs 1.3 of 20";
    EXPECT_THAT(which_to_trust(measured), StartsWith("none"));
  }
}

TEST(Trust, IsInTemperingWhereItAgreesWithTheBridgeAndInNoneWhereItContradicts) {
  LogZ measured = annealed(100, 111.8, 106);
  measured.tempering.emplace();
  measured.tempering->bridge = estimate(106.1);
  EXPECT_THAT(which_to_trust(measured), StartsWith("log_z_tempering"));
  measured.tempering->bridge.warning = "0 round trips of 20 ladders";
  EXPECT_THAT(which_to_trust(measured), StartsWith("none"));
  measured = annealed(100, 100.2, 100.1);
  measured.tempering.emplace();
  measured.tempering->bridge = estimate(103);
  EXPECT_THAT(which_to_trust(measured), StartsWith("none: log_z_tempering contradicts"));
}

TEST(Trust, IsInEnumerationFirst) {
  LogZ measured = annealed(100, 111.8, 106);
  measured.exact = estimate(105, 0);
  EXPECT_THAT(which_to_trust(measured), StartsWith("log_z_exact"));
}

TEST(Trust, IsInTheHigherPerplexity) {
  const auto of = [](double value) {
    Perplexity perplexity;
    perplexity.per_document = estimate(value);
    return perplexity;
  };
  EXPECT_THAT(which_to_trust(of(900), of(904)), StartsWith("perplexity: AIS of each length is 0.4 %"));
  EXPECT_THAT(which_to_trust(of(900), of(855)), StartsWith("perplexity: the two are 5.0 % apart"));
  EXPECT_THAT(which_to_trust(of(900), of(990)), StartsWith("perplexity_by_ais: the two are 10.0 % apart"));
}

}  // namespace
}  // namespace deepboltz
