#include "deepboltz/sample/barrier.h"

#include "tests/model/golden.h"
#include <gtest/gtest.h>

#include "deepboltz/sample/ladder.h"
#include "deepboltz/sample/parallel_tempering.h"

namespace deepboltz::testing {
namespace {

const double kBaseRate[4] = {-0.3, -0.1, 0.1, 0.3};  // those of the golden AIS: 0.2 i − 0.3

std::vector<Tensor> golden_base() {
  std::vector<Tensor> base;
  base.emplace_back(DType::f64, 1, 4);
  base.emplace_back(DType::f64, 1, 3);
  for (int i = 0; i < 4; ++i) base[0].set(0, i, kBaseRate[i]);
  return base;
}

EnergyModel golden_model(double strength) {
  EnergyModel model = golden_rbm();
  Tensor& weight = model.connections()[0].weight;
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 3; ++j) weight.set(i, j, strength * weight.at(i, j));
  return model;
}

// E[1 − min(1, A)] of every pair over all pairs of visible states, hidden units summed out by the library.
std::vector<double> exact_rejections(Context& ctx, const EnergyModel& model, const std::vector<Tensor>& base,
                                     const std::vector<double>& ladder) {
  State states = model.make_state(ctx, 16);
  for (int s = 0; s < 16; ++s)
    for (int i = 0; i < 4; ++i) states.layers[0].set(s, i, (s >> i) & 1);
  std::vector<std::vector<double>> log_f, p;
  for (double b : ladder) {
    const std::vector<double> beta(16, b);
    log_f.emplace_back(16);
    model.log_weight(ctx, states, {beta, &base}, 1, log_f.back());
    double sum = 0;
    for (double f : log_f.back()) sum += std::exp(f);
    p.emplace_back();
    for (double f : log_f.back()) p.back().push_back(std::exp(f) / sum);
  }
  std::vector<double> r;
  for (std::size_t i = 0; i + 1 < ladder.size(); ++i) {
    r.push_back(0);
    for (std::size_t x = 0; x < 16; ++x)
      for (std::size_t y = 0; y < 16; ++y)
        r.back() += p[i][x] * p[i + 1][y] *
                    (1 - std::min(1.0, std::exp(log_f[i + 1][x] - log_f[i][x] + log_f[i][y] - log_f[i + 1][y])));
  }
  return r;
}

TEST(Barrier, OfTheGoldenMachine) {
  Context ctx;
  const std::vector<double> ladder = uniform_ladder(4);
  const auto base = golden_base();
  const double expected[2][4] = {{.009228646810, .009114824710, .009852319724, .011180377575},
                                 {.068169206073, .080606033692, .101620672727, .115334912190}},
               barriers[2] = {.039376168819, .365730824682};
  for (int k = 0; k < 2; ++k) {
    const EnergyModel model = golden_model(k == 0 ? 1 : 4);
    const auto exact = exact_rejections(ctx, model, base, ladder);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(exact[i], expected[k][i], 6e-13);
    EXPECT_NEAR(global_barrier(exact), barriers[k], 6e-13);

    // Parallel tempering measures them: a rejection probability is at most 1, so its mean over 30,000 swaps is within
    // five times √(r/draws) of r (its variance is below its mean), doubled for what is left of autocorrelation.
    ParallelTempering how{.ladder = ladder, .base = &base, .summed = 1, .rounds = 20};
    Replicas replicas = start_replicas(ctx, model, how, 1'500, {1});
    SwapRecord record;
    advance(ctx, model, how, {2}, replicas, record);
    record = {};
    how.rounds = 40;
    advance(ctx, model, how, {3}, replicas, record);
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(record.attempts[i], 30'000);
      EXPECT_NEAR(record.mean_rejection()[i], exact[i], 10 * std::sqrt(exact[i] / 30'000)) << "pair " << i;
    }
  }
}

TEST(Barrier, RoundTripsAndSpacingOfTheGoldenMachine) {
  const std::vector<double> ladder = uniform_ladder(4), r{.068169206073, .080606033692, .101620672727, .115334912190};
  EXPECT_NEAR(round_trip_rate(r), .356045211440, 1e-11);
  const double expected[5] = {0, .322151857102, .583866234256, .801810430957, 1};
  const auto spaced = respace_ladder(ladder, r, 5);
  for (std::size_t k = 0; k < 5; ++k) EXPECT_NEAR(spaced[k], expected[k], 1e-11);
  EXPECT_EQ(recommended_levels(r), 2);
  EXPECT_EQ(recommended_levels(std::vector<double>(20, 0.5)), 21);
  EXPECT_EQ(round_trip_rate(std::vector<double>{0.5, 1}), 0);
}

TEST(Barrier, SpacingKeepsTheEndsAndClimbs) {
  for (const std::vector<double>& r :
       {std::vector<double>{0, 0, 0}, {1, 1, 1}, {0, 1, 0}, {0.9, 0, 0}, {0, 0, 1e-9}, {0.1, 0.4, 0.2}})
    for (int levels : {2, 3, 4, 9}) {
      const auto spaced = respace_ladder(std::vector<double>{0.2, 0.5, 0.6, 1}, r, levels);
      EXPECT_EQ(int(spaced.size()), levels);
      EXPECT_EQ(spaced.front(), 0.2);
      EXPECT_NO_THROW(require_levels(spaced));
    }
  EXPECT_THROW(respace_ladder(std::vector<double>{0, 1}, std::vector<double>{0.1, 0.1}, 3), InputError);
}

}  // namespace
}  // namespace deepboltz::testing
