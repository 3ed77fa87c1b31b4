// Learning with a condition: the gradient is that of log p(v | c), and the condition has no bias to learn.
#include <cmath>

#include "tests/model/conditional.h"
#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

#include "deepboltz/infer/enumerate.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/learn/phases.h"
#include "deepboltz/model/build.h"

namespace deepboltz::testing {
namespace {

class ConditionalRbm : public ::testing::TestWithParam<int> {
 protected:
  Context ctx;
  EnergyModel model = machine();
  std::size_t given = at(condition_of(model));
  std::vector<double> value = random_condition(model, 1);

  static EnergyModel machine() {
    const Unit kinds[] = {Bernoulli{}, Spin{}, Binomial{3}, Softmax{3}, Gaussian{}};
    const Unit unit = kinds[GetParam() % 5];
    EnergyModel rbm_with = rbm(3, 2, {.precision = DType::f64});
    const LayerId c = rbm_with.add("given", unit, group_size(unit), Role::condition);
    rbm_with.connect(c, *rbm_with.find(Role::hidden));
    rbm_with.connect(rbm_with.visible(), c);
    randomise(rbm_with, 0.7, Key{13}.fold(std::uint64_t(GetParam())));
    for (Layer& layer : rbm_with.layers()) layer.offset = {};
    fill_normal(rbm_with.layer(c).bias, 0, Key{1});
    return rbm_with;
  }
  State case_of(const std::vector<double>& condition) {
    State data = make_batch(ctx, model, 1);
    data.layers[0].set(0, 1, 1);
    for (std::size_t u = 0; u < condition.size(); ++u) data.layers[given].set(0, std::int64_t(u), condition[u]);
    return data;
  }
  double log_p(const State& data) {
    double with = 0, without = 0;
    exact_log_z_given(ctx, model, data, {}, {&with, 1});
    State free = data.clone();
    free.unclamp(model.visible());
    exact_log_z_given(ctx, model, free, {}, {&without, 1});
    return with - without;
  }
};

INSTANTIATE_TEST_SUITE_P(Units, ConditionalRbm, ::testing::Range(0, 5));

TEST_P(ConditionalRbm, TheGradientIsThatOfTheConditionalLogLikelihood) {
  constexpr std::int64_t kDraws = 200'000;
  State data = case_of(value);
  infer_posterior(ctx, model, Learner{}, data);
  const State chains = state_of(ctx, model, GivenCondition(model, value).draw(kDraws, Key{2}));
  Parameters gradient = zero_parameters(model);
  contrast(ctx, model, data, chains, gradient);
  const auto expect_slope = [&](Tensor& parameter, const Tensor& slope) {
    for (std::int64_t i = 0; i < parameter.rows(); ++i)
      for (std::int64_t j = 0; j < parameter.cols(); ++j)
        EXPECT_NEAR(slope.at(i, j), slope_of(parameter, i, j, [&] { return log_p(data); }),
                    5 * 3 / std::sqrt(double(kDraws)));  // no unit reaches further than 3
  };
  for (std::size_t c = 0; c < model.connections().size(); ++c)
    expect_slope(model.connections()[c].weight, gradient.weight[c]);
  for (LayerId id : {model.visible(), *model.find(Role::hidden)})
    expect_slope(model.layer(id).bias, gradient.bias[at(id)]);
}

TEST_P(ConditionalRbm, ChainsHaveTheConditionsOfTheBatchAndItsBiasStays) {
  for (const auto kind : {Negative::Kind::from_data, Negative::Kind::persistent}) {
    Learner learner;
    learner.negative.kind = kind;
    learner.negative.chains = 3;
    learner.centering.kind = Centering::Kind::enhanced;
    EnergyModel trained = model.clone();
    LearningState learning = start_learning(ctx, trained, learner, 1);
    for (int step = 0; step < 3; ++step) {
      const auto now = random_condition(model, step);
      State data = case_of(now);
      learn_step(ctx, learner, 0, Key{3}.fold(std::uint64_t(step)), trained, data, learning);
      for (std::int64_t r = 0; r < learning.chains.cases; ++r)
        for (std::size_t u = 0; u < now.size(); ++u)
          EXPECT_EQ(learning.chains.layers[given].at(r, std::int64_t(u)), now[u]);
    }
    for (std::int64_t u = 0; u < trained.layers()[given].units; ++u)
      EXPECT_EQ(trained.layers()[given].bias.at(0, u), 0);
    if (kind == Negative::Kind::persistent) {
      EXPECT_NE(trained.layers()[1].bias.at(0, 0), model.layers()[1].bias.at(0, 0));
    }
  }
}

TEST(Condition, WhatCannotGiveItIsRefused) {
  const EnergyModel model = random_conditional(0, DType::f32);
  Learner integers;
  integers.math = Math::int16;
  EXPECT_THROW(require_learner(integers, model), InputError);
  Learner tempered;
  tempered.negative = {.kind = Negative::Kind::persistent, .sampler = {.kind = ChainSampler::Kind::cast}};
  EXPECT_THROW(require_learner(tempered, model), InputError);
}

}  // namespace
}  // namespace deepboltz::testing
