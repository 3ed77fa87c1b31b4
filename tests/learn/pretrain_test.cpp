#include "deepboltz/learn/pretrain.h"

#include <cmath>

#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"

namespace deepboltz {
namespace {

Context& ctx() {
  static Context context(1);
  return context;
}

EnergyModel deep(std::size_t layers, std::int64_t classes = 0) {
  const std::vector<std::int64_t> hidden{4, 3, 5};
  return dbm(6, std::span(hidden).first(layers), {.precision = DType::f64, .classes = classes});
}

using Factors = std::vector<std::pair<double, double>>;

Factors factors(const PretrainRule& rule) {
  Factors all;
  const EnergyModel model = deep(rule.scales.size());
  for (std::size_t stage = 1; stage <= rule.scales.size(); ++stage) {
    const EnergyModel part = pretraining_stage(model, rule, stage);
    all.emplace_back(part.connections()[0].up, part.connections()[0].down);
  }
  return all;
}

TEST(PretrainRule, GivesThePublishedFactors) {
  EXPECT_EQ(factors({scales_2009(2), BiasRule::sum}), (Factors{{2, 1}, {1, 2}}));
  EXPECT_EQ(factors({scales_2009(3), BiasRule::sum}), (Factors{{2, 1}, {2, 2}, {1, 2}}));
  EXPECT_EQ(factors({scales_2012(2), BiasRule::sum}), (Factors{{3, 1}, {2, 3}}));
  EXPECT_EQ(factors({scales_2012(3), BiasRule::sum}), (Factors{{3, 1}, {4, 3}, {2, 4}}));
}

TEST(PretrainRule, DoublesTheBiasesThatTwoStagesTrain) {
  const EnergyModel model = deep(3);
  const auto bias_factors = [&](BiasRule rule, std::size_t stage) {
    const EnergyModel part = pretraining_stage(model, {scales_2012(3), rule}, stage);
    return std::pair(part.layers()[0].bias_factor, part.layers()[1].bias_factor);
  };
  EXPECT_EQ(bias_factors(BiasRule::sum, 1), (std::pair(1.0, 2.0)));
  EXPECT_EQ(bias_factors(BiasRule::sum, 2), (std::pair(2.0, 2.0)));
  EXPECT_EQ(bias_factors(BiasRule::sum, 3), (std::pair(2.0, 1.0)));
  for (std::size_t stage : {1u, 2u, 3u}) EXPECT_EQ(bias_factors(BiasRule::mean, stage), (std::pair(1.0, 1.0)));
}

TEST(PretrainRule, GivesTheLabelToTheLastStage) {
  const EnergyModel model = deep(2, 10);
  const PretrainRule rule{scales_2009(2), BiasRule::sum};
  EXPECT_FALSE(pretraining_stage(model, rule, 1).find(Role::label));
  const EnergyModel top = pretraining_stage(model, rule, 2);
  ASSERT_TRUE(top.find(Role::label));
  EXPECT_EQ(top.connections()[1].up, 1);
  EXPECT_EQ(top.connections()[1].down, 1);
}

// The identity that the rule rests on: a DBM whose second layer repeats the first (W2 = W1ᵀ, and its biases), in one
// step of contrastive divergence with means for the data's reconstruction and for h2, is the RBM with doubled messages
// upwards.
TEST(PretrainRule, IsContrastiveDivergenceOfATiedMachine) {
  const std::int64_t hidden[] = {4, 6};
  EnergyModel tied = dbm(6, hidden, {.precision = DType::f64, .classes = 0});
  const PretrainRule rule{scales_2009(2), BiasRule::sum};
  EnergyModel stage = pretraining_stage(deep(2), rule, 1);
  testing::fill_normal(stage.connections()[0].weight, 0.5, {1});
  testing::fill_normal(stage.layers()[0].bias, 0.5, {2});
  testing::fill_normal(stage.layers()[1].bias, 0.5, {3});
  for (std::int64_t i = 0; i < 6; ++i) {
    tied.layers()[0].bias.set(0, i, stage.layers()[0].bias.at(0, i));
    tied.layers()[2].bias.set(0, i, stage.layers()[0].bias.at(0, i));
    for (std::int64_t j = 0; j < 4; ++j) {
      tied.connections()[0].weight.set(i, j, stage.connections()[0].weight.at(i, j));
      tied.connections()[1].weight.set(j, i, stage.connections()[0].weight.at(i, j));
    }
  }
  for (std::int64_t j = 0; j < 4; ++j) tied.layers()[1].bias.set(0, j, 2 * stage.layers()[1].bias.at(0, j));

  State flat = stage.make_state(ctx(), 3), both = tied.make_state(ctx(), 3);
  for (std::int64_t r = 0; r < 3; ++r)
    for (std::int64_t i = 0; i < 6; ++i) {
      const double v = uniform(Key{5}, std::uint32_t(r), std::uint32_t(i)) < 0.5f;
      for (Tensor* x : {&flat.layers[0], &both.layers[0], &both.layers[2]}) x->set(r, i, v);
    }
  const LayerId visible{0}, middle{1}, top{2};
  const auto step = [&] {  // h1 given what is below and above, then both of its neighbours from it
    mean_layer(ctx(), stage, middle, flat, {}, flat.x(middle));
    mean_layer(ctx(), tied, middle, both, {}, both.x(middle));
    for (std::int64_t r = 0; r < 3; ++r)
      for (std::int64_t j = 0; j < 4; ++j) EXPECT_NEAR(flat.layers[1].at(r, j), both.layers[1].at(r, j), 1e-12);
    mean_layer(ctx(), stage, visible, flat, {}, flat.x(visible));
    mean_layer(ctx(), tied, visible, both, {}, both.x(visible));
    mean_layer(ctx(), tied, top, both, {}, both.x(top));
    for (std::int64_t r = 0; r < 3; ++r)
      for (std::int64_t i = 0; i < 6; ++i) {
        EXPECT_NEAR(flat.layers[0].at(r, i), both.layers[0].at(r, i), 1e-12);
        EXPECT_NEAR(flat.layers[0].at(r, i), both.layers[2].at(r, i), 1e-12);
      }
  };
  step();
  step();
}

TEST(MergeStages, ScalesWeightsAndJoinsBiases) {
  for (BiasRule bias : {BiasRule::sum, BiasRule::mean}) {
    const PretrainRule rule{scales_2012(2), bias};
    EnergyModel model = deep(2, 3);
    std::vector<EnergyModel> stages;
    for (std::size_t s : {1u, 2u}) {
      stages.push_back(pretraining_stage(model, rule, s));
      for (Connection& c : stages.back().connections()) testing::fill_normal(c.weight, 1, Key{s}.fold(1));
      for (std::size_t l = 0; l < stages.back().layers().size(); ++l)
        testing::fill_normal(stages.back().layers()[l].bias, 1, Key{s}.fold(2).fold(l));
    }
    merge_stages(ctx(), stages, rule, model);
    const double half = bias == BiasRule::sum ? 1 : 0.5;
    EXPECT_NEAR(model.connections()[0].weight.at(2, 1), stages[0].connections()[0].weight.at(2, 1), 1e-12);
    EXPECT_NEAR(model.connections()[1].weight.at(2, 1), 2 * stages[1].connections()[0].weight.at(2, 1), 1e-12);
    EXPECT_NEAR(model.connections()[2].weight.at(2, 1), stages[1].connections()[1].weight.at(2, 1), 1e-12);
    EXPECT_NEAR(model.layers()[0].bias.at(0, 3), stages[0].layers()[0].bias.at(0, 3), 1e-12);
    EXPECT_NEAR(model.layers()[1].bias.at(0, 3),
                half * (stages[0].layers()[1].bias.at(0, 3) + stages[1].layers()[0].bias.at(0, 3)), 1e-12);
    EXPECT_NEAR(model.layers()[2].bias.at(0, 2), stages[1].layers()[1].bias.at(0, 2), 1e-12);
    EXPECT_NO_THROW(model.require_energy("test"));
  }
}

}  // namespace
}  // namespace deepboltz
