#include "deepboltz/estimate/stepping_stones.h"

#include "tests/model/brute_force.h"
#include "tests/model/golden.h"
#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/trajectory_tempering.h"

namespace deepboltz::testing {
namespace {

TEST(SteppingStones, HoldTheExactLogZOfRandomMachines) {
  Context ctx;
  int held[3] = {}, round_trips = 0;
  for (int number = 0; number < 60; ++number) {
    const EnergyModel model = random_graph(number, number % 2 == 0 ? DType::f64 : DType::f32, {41});
    const Key key = Key{42}.fold(std::uint64_t(number));
    const auto base = random_base(model, key);
    const double exact = BruteForce(model).log_z;
    const TemperingEstimate e = tempering_log_z(
        ctx, model, {.levels = 4, .ladders = 30, .rounds = 60, .base = number % 3 == 0 ? &base : nullptr, .key = key});
    int which = 0;
    for (const Estimate* one : {&e.forward, &e.backward, &e.bridge})
      held[which++] += one->lower <= exact && exact <= one->upper;
    EXPECT_LT(e.bridge.standard_error, 1.1 * std::max(e.forward.standard_error, e.backward.standard_error));
    round_trips += e.bridge.warning.empty();
    EXPECT_NEAR(double(e.round_trips), e.expected_round_trips, 0.4 * e.expected_round_trips);
  }
  for (int count : held) EXPECT_GE(count, 58);
  EXPECT_EQ(round_trips, 60);
}

// The machines of a trajectory are stones too.
TEST(SteppingStones, OfATrajectoryEndAtTheExactLogZ) {
  Context ctx;
  const EnergyModel model = random_graph(6);
  std::vector<EnergyModel> machines;
  for (double strength : {0.0, 0.5, 1.0}) {
    machines.push_back(model.clone());
    for (Connection& c : machines.back().connections())
      for (std::int64_t i = 0; i < c.weight.rows(); ++i)
        for (std::int64_t j = 0; j < c.weight.cols(); ++j) c.weight.set(i, j, strength * c.weight.at(i, j));
  }
  std::vector<State> states;
  std::vector<const Target*> targets;
  std::vector<State*> chains;
  for (const EnergyModel& machine : machines) {
    states.push_back(machine.make_state(ctx, 100));
    targets.push_back(&machine);
  }
  for (State& state : states) chains.push_back(&state);
  SteppingStones stones(3, 100);
  SwapRecord record;
  std::int64_t round = 0;
  for (std::uint64_t r = 0; r < 220; ++r) {
    const OnSwap listen = r >= 20 ? stones.listener() : OnSwap();
    advance(ctx, TrajectoryTempering{targets, model.blocks() - 1}, Key{7}.fold(r), chains, round, record, listen);
  }
  const double first = BruteForce(machines[0]).log_z, exact = BruteForce(model).log_z;
  for (const Estimate& e : {stones.forward(), stones.backward(), stones.bridge()}) {
    EXPECT_NEAR(first + e.value, exact, 4 * e.standard_error);
    EXPECT_LT(e.standard_error, 0.05);
  }
}

TEST(SteppingStones, RefuseWhatWasNeverTried) {
  SteppingStones stones(3, 2);
  stones.add(0, 0, 0.1, 0.2);
  stones.add(1, 0, 0.1, 0.2);
  EXPECT_THROW(stones.forward(), InputError);
  EXPECT_THROW(stones.bridge(), InputError);
  EXPECT_THROW(SteppingStones(1, 2), InputError);
  Context ctx;
  EXPECT_THROW(tempering_log_z(ctx, golden_rbm(), {.rounds = 1}), InputError);
}

}  // namespace
}  // namespace deepboltz::testing
