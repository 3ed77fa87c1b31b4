#include "deepboltz/estimate/bridge.h"

#include <cmath>

#include "tests/model/brute_force.h"
#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/estimate/ais.h"
#include "deepboltz/sample/ladder.h"

namespace deepboltz::testing {
namespace {

// Two unit normals, the second shifted by μ and its weight by e^Δ: w = μx − μ²/2 + Δ.
std::vector<double> works(double mu, double delta, bool reverse, int count, Key key) {
  std::vector<double> w;
  for (int i = 0; i < count; ++i)
    w.push_back(mu * (normal(key, std::uint32_t(i), 0) + (reverse ? mu : 0)) - mu * mu / 2 + delta);
  return w;
}

TEST(Bridge, IntervalsHoldTheRatioOfTwoNormals) {
  int held = 0, warned = 0;
  double squares = 0;
  for (std::uint64_t repeat = 0; repeat < 400; ++repeat) {
    const Key key = Key{1}.fold(repeat);
    const Estimate e = bridge_log_z(works(1.5, 0.7, false, 50, key.fold(0)), works(1.5, 0.7, true, 80, key.fold(1)));
    held += e.lower <= 0.7 && 0.7 <= e.upper;
    warned += !e.warning.empty();
    squares += std::pow((e.value - 0.7) / e.standard_error, 2) / 400;
  }
  EXPECT_GE(held, 395);  // one miss in 370 is expected
  EXPECT_EQ(warned, 0);
  EXPECT_NEAR(squares, 1, 5 * std::sqrt(2 / 400.0));
}

TEST(Bridge, IsCloserThanEitherDirection) {
  double bridge = 0, forward = 0, reverse = 0;
  for (std::uint64_t repeat = 0; repeat < 200; ++repeat) {
    const Key key = Key{2}.fold(repeat);
    const auto up = works(2.5, -3, false, 60, key.fold(0)), down = works(2.5, -3, true, 60, key.fold(1));
    bridge += std::pow(bridge_log_z(up, down).value + 3, 2);
    forward += std::pow(log_mean_exp(up).value + 3, 2);
    reverse += std::pow(reverse_log_z(down).value + 3, 2);
  }
  EXPECT_LT(2 * bridge, forward);
  EXPECT_LT(2 * bridge, reverse);
}

TEST(Bridge, OfEqualWeightsHasNoError) {
  const Estimate e = bridge_log_z(std::vector<double>(5, 2.5), std::vector<double>(9, 2.5));
  EXPECT_NEAR(e.value, 2.5, 1e-14);
  EXPECT_LT(e.standard_error, 1e-7);
}

TEST(Bridge, HoldsTheExactLogZOfRandomMachines) {
  Context ctx;
  int held = 0;
  for (int number = 0; number < 100; ++number) {
    const EnergyModel model = random_graph(number, DType::f64, {31});
    const Key key = Key{32}.fold(std::uint64_t(number));
    const auto base = random_base(model, key);
    const BruteForce exact(model);
    const AisOptions options{.ladder = uniform_ladder(15), .runs = 60, .base = &base, .key = key};
    const State samples = state_of(ctx, model, exact.draw(60, key.fold(1)));
    const Estimate e =
        bridge_log_z(ais_log_weights(ctx, model, options), reverse_ais_log_weights(ctx, model, samples, options));
    held += e.lower <= exact.log_z && exact.log_z <= e.upper;
  }
  EXPECT_GE(held, 97);
}

TEST(Bridge, WarnsWhereDirectionsDoNotMeetAndRefusesWhatIsNone) {
  EXPECT_FALSE(bridge_log_z(works(9, 0, false, 40, {3}), works(9, 0, true, 40, {4})).warning.empty());
  EXPECT_THROW(bridge_log_z(std::vector<double>{1}, std::vector<double>{1, 2}), InputError);
  EXPECT_THROW(bridge_log_z(std::vector<double>{1, NAN}, std::vector<double>{1, 2}), NumericalError);
}

}  // namespace
}  // namespace deepboltz::testing
