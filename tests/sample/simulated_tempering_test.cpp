#include "deepboltz/sample/simulated_tempering.h"

#include "tests/model/random_graph.h"
#include "tests/sample/histogram.h"
#include <gtest/gtest.h>

#include "deepboltz/sample/ladder.h"

namespace deepboltz::testing {
namespace {

// With weights held, whatever they are, states and levels together stay at p(x, k) ∝ f_k(x)/g_k.
TEST(SimulatedTempering, LeavesStatesAndLevelsUnchanged) {
  constexpr std::int64_t kDraws = 20'000;
  Context ctx;
  const std::vector<double> ladder{0, 0.4, 0.8, 1}, log_g{0, 0.3, -0.5, 0.4};
  for (int number : {0, 2, 4, 8}) {
    const EnergyModel model = random_graph(number);
    const auto base = random_base(model, Key{700}.fold(std::uint64_t(number)));
    std::vector<BruteForce> exact;
    std::vector<double> share;
    for (std::size_t k = 0; k < ladder.size(); ++k) {
      exact.emplace_back(model, ladder[k], &base);
      share.push_back(std::exp(exact[k].log_z - exact[0].log_z - log_g[k]));
    }
    double all = 0;
    for (double s : share) all += s;
    const SimulatedTempering how{.ladder = ladder, .base = &base, .summed = model.blocks() - 1, .rounds = 3, .gain = 0};
    Replicas particles = start_particles(ctx, model, how, kDraws, {1});
    particles.log_weight = log_g;
    std::vector<State> drawn;
    for (std::size_t k = 0; k < ladder.size(); ++k)
      drawn.push_back(state_of(ctx, model, exact[k].draw(kDraws, Key{2}.fold(k))));
    for (std::int64_t r = 0; r < kDraws; ++r) {
      double u = (random_word({3}, std::uint32_t(r), 0) + 0.5) * 0x1p-32 * all;
      int k = 0;
      while (k + 1 < int(share.size()) && u >= share[std::size_t(k)]) u -= share[std::size_t(k++)];
      particles.level[std::size_t(r)] = k;
      copy_row(drawn[std::size_t(k)], r, particles.rows, r);
    }
    SwapRecord record;
    advance(ctx, model, how, {4}, particles, record);
    EXPECT_EQ(particles.log_weight[1] - particles.log_weight[0], log_g[1]);

    std::vector<Joint> states;
    std::vector<double> p;
    for (std::size_t k = 0; k < ladder.size(); ++k)
      for (std::size_t s = 0; s < exact[k].states.size(); ++s) {
        states.push_back(exact[k].states[s]);
        states.back().push_back({double(k)});
        p.push_back(share[k] / all * exact[k].p[s]);
      }
    particles.rows.layers.emplace_back(model.precision(), kDraws, 1);
    for (std::int64_t r = 0; r < kDraws; ++r) particles.rows.layers.back().set(r, 0, particles.level[std::size_t(r)]);
    EXPECT_LT(total_variation(particles.rows, states, p), total_variation_floor(p, kDraws)) << "graph " << number;
  }
}

// Weights that were learnt make all levels equally likely, within 20 %, and their ratios are those of the partition
// functions.
TEST(SimulatedTempering, LearnsToVisitEveryLevelEqually) {
  Context ctx;
  const EnergyModel model = random_graph(7);
  SimulatedTempering how{.ladder = even_levels(5, 0), .summed = model.blocks() - 1, .rounds = 1'500};
  Replicas particles = start_particles(ctx, model, how, 100, {1});
  SwapRecord record;
  advance(ctx, model, how, {2}, particles, record);
  how.gain = 0;
  how.rounds = 1;
  std::vector<double> visits(5, 0.0);
  for (std::uint64_t round = 0; round < 500; ++round) {
    advance(ctx, model, how, Key{3}.fold(round), particles, record);
    for (int level : particles.level) visits[std::size_t(level)] += 1.0 / (500 * 100);
  }
  for (double v : visits) EXPECT_NEAR(v, 0.2, 0.04);
  const double rise = BruteForce(model, 1).log_z - BruteForce(model, 0).log_z;
  EXPECT_NEAR(particles.log_weight[4] - particles.log_weight[0], rise, 0.2);
  EXPECT_GT(record.round_trips, 100);
}

TEST(SimulatedTempering, RefusesWhatItCannotClimb) {
  Context ctx;
  const EnergyModel model = random_graph(1);
  EXPECT_THROW(start_particles(ctx, model, {.ladder = {1}}, 2, {1}), InputError);
  EXPECT_THROW(start_particles(ctx, model, {.ladder = {0.5, 0.9}}, 2, {1}), InputError);
  EXPECT_THROW(start_particles(ctx, model, {.ladder = {0.5, 1}, .gain = -1}, 2, {1}), InputError);
  EXPECT_THROW(start_particles(ctx, model, {.ladder = {0.5, 1}, .gain_rounds = 0}, 2, {1}), InputError);
  Replicas particles = start_particles(ctx, model, {.ladder = {0.5, 1}}, 2, {1});
  SwapRecord record;
  EXPECT_THROW(advance(ctx, model, SimulatedTempering{.ladder = {0, 0.5, 1}}, {1}, particles, record), InputError);
}

}  // namespace
}  // namespace deepboltz::testing
