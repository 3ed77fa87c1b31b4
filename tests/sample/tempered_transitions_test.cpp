#include "deepboltz/sample/tempered_transitions.h"

#include "tests/model/brute_force.h"
#include "tests/model/random_graph.h"
#include "tests/sample/bimodal.h"
#include <gtest/gtest.h>

#include "deepboltz/sample/ladder.h"

namespace deepboltz::testing {
namespace {

TEST(TemperedTransitions, OfTheModelAloneDoNothing) {
  Context ctx;
  const EnergyModel model = random_graph(4);
  State chains = state_of(ctx, model, BruteForce(model).draw(20, {1}));
  const State before = chains.clone();
  SwapRecord record;
  advance(ctx, model, TemperedTransitions{.ladder = {1}}, {2}, chains, record);
  for (std::int64_t r = 0; r < 20; ++r) EXPECT_EQ(joint_of(chains, r), joint_of(before, r));
  EXPECT_EQ(record.acceptance(), 1);
}

TEST(TemperedTransitions, AreAcceptedMoreOftenOnAFinerLadder) {
  Context ctx;
  const EnergyModel model = Bimodal().model();
  double last = 0;
  for (int levels : {3, 9, 33}) {
    State chains = model.make_state(ctx, 200);
    Bimodal::start_below(chains);
    SwapRecord record;
    for (std::uint64_t move = 0; move < 5; ++move)
      advance(ctx, model, TemperedTransitions{.ladder = even_levels(levels, 0), .summed = 1}, Key{3}.fold(move), chains,
              record);
    EXPECT_GT(record.acceptance(), last);
    last = record.acceptance();
  }
  EXPECT_GT(last, 0.4);
}

TEST(TemperedTransitions, RefuseLaddersThatDoNotClimbToTheModel) {
  Context ctx;
  const EnergyModel model = random_graph(1);
  State chains = model.make_state(ctx, 2);
  SwapRecord record;
  for (const std::vector<double>& bad : {std::vector<double>{}, {0.5}, {0, 0.9}, {0.5, 0.5, 1}, {1, 0.5}})
    EXPECT_THROW(advance(ctx, model, TemperedTransitions{.ladder = bad}, {1}, chains, record), InputError);
}

}  // namespace
}  // namespace deepboltz::testing
