#include "deepboltz/estimate/stepping_stones.h"

#include "tests/model/brute_force.h"
#include "tests/model/golden.h"
#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/estimate/trajectory_log_z.h"
#include "deepboltz/model/build.h"

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

// The machines of a trajectory are stones too, with nothing but the biases at the first.
struct WeakerMachines {
  std::vector<EnergyModel> machines;
  std::vector<State> states;
  std::vector<const EnergyModel*> each;
  std::vector<State*> chains;

  WeakerMachines(Context& ctx, const EnergyModel& model, std::int64_t ladders,
                 const std::vector<double>& strengths = {0, 0.5, 1}) {
    for (double strength : strengths) {
      machines.push_back(model.clone());
      states.push_back(model.make_state(ctx, ladders));
      for (Connection& c : machines.back().connections())
        for (std::int64_t i = 0; i < c.weight.rows(); ++i)
          for (std::int64_t j = 0; j < c.weight.cols(); ++j) c.weight.set(i, j, strength * c.weight.at(i, j));
    }
    for (const EnergyModel& machine : machines) each.push_back(&machine);
    for (State& state : states) chains.push_back(&state);
  }
};

TEST(TrajectoryLogZ, HoldsTheExactOneOfRandomMachines) {
  Context ctx;
  int held[3] = {};
  for (int number = 0; number < 40; ++number) {
    const EnergyModel model = random_graph(number, number % 2 == 0 ? DType::f64 : DType::f32, {43});
    const double exact = BruteForce(model).log_z;
    WeakerMachines weaker(ctx, model, 50);
    const TrajectoryEstimate e =
        trajectory_log_z(ctx, weaker.each, weaker.chains, {.rounds = 60, .key = Key{44}.fold(std::uint64_t(number))});
    int which = 0;
    for (const Estimate* one : {&e.forward, &e.backward, &e.bridge}) {
      held[which++] += one->lower <= exact && exact <= one->upper;
      EXPECT_LT(one->standard_error, 0.2);
      EXPECT_EQ(one->warning, "");
    }
    EXPECT_GT(e.barrier, 0);
    EXPECT_LT(e.barrier, 2);
  }
  for (int count : held) EXPECT_GE(count, 38);  // of 40 intervals of three errors
}

TEST(TrajectoryLogZ, SaysWhereItCannotKnow) {
  Context ctx;
  const EnergyModel model = golden_rbm();
  WeakerMachines tied(ctx, model, 4, {0.5, 1}), alone(ctx, model, 4, {0}), fine(ctx, model, 4);
  EXPECT_THROW(trajectory_log_z(ctx, tied.each, tied.chains, {.rounds = 4}), InputError);
  EXPECT_THROW(trajectory_log_z(ctx, alone.each, alone.chains, {.rounds = 4}), InputError);
  EXPECT_THROW(trajectory_log_z(ctx, fine.each, fine.chains, {.rounds = 1}), InputError);
  EnergyModel strong = rbm(12, 12, {.precision = DType::f64});
  randomise(strong, 5, {45});
  WeakerMachines apart(ctx, strong, 20, {0, 1});
  EXPECT_NE(trajectory_log_z(ctx, apart.each, apart.chains, {.rounds = 40}).bridge.warning, "");
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
