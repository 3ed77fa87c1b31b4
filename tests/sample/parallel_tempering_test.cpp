#include "deepboltz/sample/parallel_tempering.h"

#include "tests/model/random_graph.h"
#include "tests/sample/bimodal.h"
#include "tests/sample/histogram.h"
#include <gtest/gtest.h>

#include "deepboltz/sample/barrier.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/ladder.h"

namespace deepboltz::testing {
namespace {

// Two replicas as one: the product of both levels' distributions stays, not only each of them.
TEST(ParallelTempering, LeavesTheProductOfItsLevelsUnchanged) {
  constexpr std::int64_t kDraws = 20'000;
  Context ctx;
  EnergyModel model(DType::f64);
  model.connect(model.add("v", Bernoulli{}, 2, Role::visible), model.add("h", Bernoulli{}, 2));
  randomise(model, 2, {1});
  const ParallelTempering how{.ladder = {0.25, 1}, .summed = 1, .rounds = 3};
  const BruteForce hot(model, 0.25), cold(model, 1);
  Replicas replicas = start_replicas(ctx, model, how, kDraws, {2});
  const State below = state_of(ctx, model, hot.draw(kDraws, {3})), above = state_of(ctx, model, cold.draw(kDraws, {4}));
  for (std::int64_t c = 0; c < kDraws; ++c) {
    copy_row(below, c, replicas.rows, 2 * c);
    copy_row(above, c, replicas.rows, 2 * c + 1);
  }
  SwapRecord record;
  advance(ctx, model, how, {5}, replicas, record);
  EXPECT_EQ(record.attempts[0], 2 * kDraws);  // rounds 0 and 2
  std::vector<Joint> pairs;
  std::vector<double> p;
  for (std::size_t a = 0; a < hot.states.size(); ++a)
    for (std::size_t b = 0; b < cold.states.size(); ++b) {
      pairs.push_back(hot.states[a]);
      pairs.back().insert(pairs.back().end(), cold.states[b].begin(), cold.states[b].end());
      p.push_back(hot.p[a] * cold.p[b]);
    }
  State joined;
  joined.cases = kDraws;
  for (int part = 0; part < 4; ++part) joined.layers.emplace_back(DType::f64, kDraws, 2);
  for (std::int64_t r = 0; r < 2 * kDraws; ++r)
    for (std::size_t l = 0; l < 2; ++l)
      for (std::int64_t u = 0; u < 2; ++u)
        joined.layers[std::size_t(2 * replicas.level[std::size_t(r)]) + l].set(r / 2, u,
                                                                               replicas.rows.layers[l].at(r, u));
  EXPECT_LT(total_variation(joined, pairs, p), total_variation_floor(p, kDraws));
}

TEST(ParallelTempering, LevelsStayAPermutationOfEveryCase) {
  Context ctx;
  const EnergyModel model = random_graph(5);
  const ParallelTempering how{.ladder = even_levels(6, 0.1), .summed = model.blocks() - 1, .rounds = 7};
  Replicas replicas = start_replicas(ctx, model, how, 20, {1});
  SwapRecord record;
  int heard = 0;
  advance(ctx, model, how, {2}, replicas, record, [&](std::int64_t, int, double, double) { ++heard; });
  EXPECT_EQ(replicas.round, 7);
  EXPECT_EQ(heard, 20 * (4 * 3 + 3 * 2));  // three even pairs, two odd ones
  for (std::int64_t c = 0; c < 20; ++c) {
    std::vector<int> seen(6, 0);
    for (std::int64_t r = 6 * c; r < 6 * c + 6; ++r) ++seen[std::size_t(replicas.level[std::size_t(r)])];
    EXPECT_EQ(seen, std::vector<int>(6, 1));
  }
}

TEST(ParallelTempering, LevelsThatAreTheSameAlwaysSwap) {
  Context ctx;
  const EnergyModel model = random_graph(2);
  const ParallelTempering how{.ladder = {1 - 1e-13, 1}, .summed = 0, .rounds = 2};
  Replicas replicas = start_replicas(ctx, model, how, 50, {1});
  SwapRecord record;
  advance(ctx, model, how, {2}, replicas, record);
  EXPECT_GT(record.acceptance(), 1 - 1e-10);
  EXPECT_EQ(replicas.level[0], 1);  // one swap was tried
}

// On the machine of two modes, with the ladder that its own rejections space: as many round trips as the rejections
// predict, which holds exactly where the energy is forgotten from swap to swap, and here within a third.
TEST(ParallelTempering, GoesRoundAsOftenAsPredicted) {
  Context ctx;
  const EnergyModel model = Bimodal().model();
  ParallelTempering how{.ladder = even_levels(8, 0), .summed = 1};
  constexpr std::int64_t kCases = 60;
  Replicas replicas = start_replicas(ctx, model, how, kCases, {1});
  how.ladder = adapt_ladder(ctx, model, how, 127, {2}, replicas);
  how.rounds = 500;
  SwapRecord record;
  advance(ctx, model, how, {3}, replicas, record);
  const auto r = record.mean_rejection();
  const double mean = global_barrier(r) / double(r.size());
  for (double x : r) EXPECT_NEAR(x, mean, 0.2 * mean);  // evenly hard
  const double predicted = round_trip_rate(r) * double(kCases * how.rounds);
  EXPECT_LT(record.round_trips, 1.1 * predicted);
  EXPECT_GT(record.round_trips, predicted / 1.5);
}

TEST(ParallelTempering, RefusesLaddersThatDoNotClimbToTheModel) {
  Context ctx;
  const EnergyModel model = random_graph(1);
  Replicas replicas = start_replicas(ctx, model, {.ladder = {0.5, 1}}, 2, {1});
  SwapRecord record;
  for (const std::vector<double>& bad :
       {std::vector<double>{}, {1}, {0, 0.9}, {0.5, 0.5, 1}, {-0.1, 1}, {1, 0.5}, {0, NAN, 1}, {0, 0.5, 1}})
    EXPECT_THROW(advance(ctx, model, {.ladder = bad}, {1}, replicas, record), InputError);
  EXPECT_THROW(advance(ctx, model, {.ladder = {0.5, 1}, .summed = 9}, {1}, replicas, record), InputError);
  EXPECT_THROW(even_levels(1, 0), InputError);
  EXPECT_THROW(even_levels(3, 1), InputError);
}

}  // namespace
}  // namespace deepboltz::testing
