// Every sampler as the negative phase: of a machine that stands still, the statistics of its chains go to the exact
// moments.
#include "deepboltz/learn/tempered_chains.h"

#include "tests/model/golden.h"
#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/infer/enumerate.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/learn/phases.h"

namespace deepboltz::testing {
namespace {

using Kind = ChainSampler::Kind;

struct Case {
  const char* name;
  ChainSampler sampler;
};

class EveryChainSampler : public ::testing::TestWithParam<Case> {
 protected:
  Context ctx;

  Learner learner() const {
    Learner learner;
    learner.negative = {.kind = Negative::Kind::persistent, .sweeps = 2, .chains = 500, .sampler = GetParam().sampler};
    return learner;
  }
};

INSTANTIATE_TEST_SUITE_P(
    Kinds, EveryChainSampler,
    ::testing::Values(Case{"ParallelTempering", {.kind = Kind::parallel_tempering, .levels = 3}},
                      Case{"ParallelTemperingNowAndThen", {.kind = Kind::parallel_tempering, .levels = 3, .every = 2}},
                      Case{"TemperedTransitions", {.kind = Kind::tempered_transitions, .levels = 4, .every = 2}},
                      Case{"Cast", {.kind = Kind::cast, .levels = 4, .lowest = 0.5}},
                      Case{"Trajectory", {.kind = Kind::trajectory, .levels = 3}},
                      Case{"TrajectoryNowAndThen", {.kind = Kind::trajectory, .levels = 3, .every = 2}}),
    [](const auto& param) { return std::string(param.param.name); });

// 40 updates of 500 chains after a burn-in: their means have standard errors below ½/√(500·40/τ), 0.008 at τ = 5, over
// the greatest product of two states, 9.
TEST_P(EveryChainSampler, GoesToTheExactMoments) {
  for (int number : {0, 1, 4}) {
    const EnergyModel model = random_graph(number);
    const Parameters exact = exact_moments(ctx, model);
    LearningState learning = start_learning(ctx, model, learner(), 20);
    State data = make_batch(ctx, model, 20);
    for (std::uint64_t update = 0; update < 60; ++update) {
      if (update == 20) learning.gradient = zero_parameters(model);
      negative_phase(ctx, learner(), 0, Key{9}.fold(update), model, data, learning);
      ++learning.updates;
    }
    const auto near = [&](const Tensor& sum, const Tensor& moment) {
      for (std::int64_t r = 0; r < moment.rows(); ++r)
        for (std::int64_t c = 0; c < moment.cols(); ++c) EXPECT_NEAR(-sum.at(r, c) / 40, moment.at(r, c), 0.05);
    };
    for (std::size_t l = 0; l < exact.bias.size(); ++l) near(learning.gradient.bias[l], exact.bias[l]);
    for (std::size_t c = 0; c < exact.weight.size(); ++c) near(learning.gradient.weight[c], exact.weight[c]);
    EXPECT_GT(learning.tempered.record.acceptance(), 0.1);
  }
}

TEST_P(EveryChainSampler, NeedsPersistentChainsAndAnEnergy) {
  const EnergyModel model = random_rbm(1);
  Learner wrong = learner();
  wrong.negative.kind = Negative::Kind::from_data;
  EXPECT_THROW(require_learner(wrong, model), InputError);
  EnergyModel stage = model.clone();
  stage.connections()[0].up = 2;
  EXPECT_THROW(require_learner(learner(), stage), InputError);
  wrong = learner();
  wrong.negative.sampler.levels = 1;
  EXPECT_THROW(require_learner(wrong, model), InputError);
  wrong = learner();
  wrong.negative.sampler.lowest = 1;
  EXPECT_THROW(require_learner(wrong, model), InputError);
}

TEST(ParallelTemperingInLearning, SpacesItsLadderBetweenEpochs) {
  TemperedChains tempered;
  const Negative negative{.kind = Negative::Kind::persistent, .sampler = {.kind = Kind::parallel_tempering}};
  tempered.ladder = {0, 0.5, 1};
  tempered.record.rejection = {30, 10};
  tempered.record.attempts = {100, 100};
  begin_epoch(negative, tempered);
  EXPECT_NEAR(tempered.ladder[1], 1.0 / 3, 1e-12);  // half of 0.4 is reached at 0.5·0.2/0.3
  EXPECT_EQ(tempered.record.attempts.size(), 0u);
  begin_epoch(negative, tempered);
  EXPECT_NEAR(tempered.ladder[1], 1.0 / 3, 1e-12);  // nothing was tried
}

// FPCD's chains are of the sum of slow and fast parameters; the fast ones gather gradients and decay.
TEST(FastPersistentChains, AreOfTheSumOfBothParameters) {
  Context ctx;
  EnergyModel model = golden_rbm();
  Learner learner;
  learner.negative = {
      .kind = Negative::Kind::persistent, .chains = 100, .fast = true, .fast_rate = 0.25, .fast_memory = 0.5};
  LearningState learning = start_learning(ctx, model, learner, 20);
  State data = make_batch(ctx, model, 20);
  learn_step(ctx, learner, 0, {1}, model, data, learning);
  for (std::int64_t u = 0; u < model.layers()[0].units; ++u)
    EXPECT_NEAR(learning.fast.bias[0].at(0, u), 0.25 * learning.gradient.bias[0].at(0, u), 1e-12);
  const Tensor before = learning.fast.weight[0].clone();
  learn_step(ctx, learner, 0, {2}, model, data, learning);
  for (std::int64_t j = 0; j < before.cols(); ++j)
    EXPECT_NEAR(learning.fast.weight[0].at(0, j), 0.5 * before.at(0, j) + 0.25 * learning.gradient.weight[0].at(0, j),
                1e-12);

  const LayerId v = model.visible();
  for (std::int64_t u = 0; u < model.layer(v).units; ++u) learning.fast.bias[0].set(0, u, u % 2 == 0 ? 300 : 0);
  negative_phase(ctx, learner, 0, {3}, model, data, learning);
  double high = 0;
  for (std::int64_t r = 0; r < 100; ++r) high += learning.chains.x(v).as<double>()(r, 0);
  EXPECT_EQ(high, 100);
}

}  // namespace
}  // namespace deepboltz::testing
