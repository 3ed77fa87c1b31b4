// Learning from ratings against enumeration: CD of many sweeps is the gradient of log p(V) of the machine that has the
// rated groups alone; so is the slope of pseudo-likelihood; steps do what their formulas say, and nothing to groups
// that nobody rated. With D, what was seen.
#include <cmath>

#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

#include "deepboltz/base/numeric.h"
#include "deepboltz/model/build.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/ratings/rating_gradient.h"
#include "deepboltz/system/ratings/rating_machine.h"

namespace deepboltz::testing {
namespace {

constexpr std::int64_t kGroups = 3, kLevels = 3, kHidden = 2;

EnergyModel machine(DType precision = DType::f64, bool conditional = false) {
  EnergyModel model = rating_machine(kGroups, kLevels, kHidden, {.precision = precision, .conditional = conditional});
  initialise_weights(model, 0.7, Key{1});
  for (Layer* layer : {&model.layers()[0], &model.layers()[1]})
    for (std::int64_t i = 0; i < layer->units; ++i)
      layer->bias.set(0, i, 0.5 * normal(Key{2}.fold(std::uint64_t(layer->units)), 0, std::uint32_t(i)));
  return model;
}

SparseRows cases(std::int64_t count, const std::vector<std::uint32_t>& columns) {
  SparseRows x;
  x.cols = kGroups * kLevels;
  for (std::int64_t r = 0; r < count; ++r) {
    x.column.insert(x.column.end(), columns.begin(), columns.end());
    x.end_row();
  }
  return x;
}

SparseRows seen_by(std::int64_t count, const std::vector<std::uint32_t>& items) {
  SparseRows r = cases(count, items);
  r.cols = kGroups;
  return r;
}

// log Σ_h exp(−E(v, h; r))
double log_weight(const EnergyModel& model, const std::vector<std::uint32_t>& columns,
                  const std::vector<std::uint32_t>& seen = {}) {
  double sum = 0;
  for (const std::uint32_t c : columns) sum += model.layers()[0].bias.at(0, c);
  for (std::int64_t j = 0; j < kHidden; ++j) {
    double x = model.layers()[1].bias.at(0, j);
    for (const std::uint32_t c : columns) x += model.connections()[0].weight.at(c, j);
    for (const std::uint32_t i : seen) x += model.connections()[1].weight.at(i, j);
    sum += log1p_exp(x);
  }
  return sum;
}

// log p(V | r) of a case with groups 0 and 2.
double log_p(const EnergyModel& model, const std::vector<std::uint32_t>& columns,
             const std::vector<std::uint32_t>& seen = {}) {
  StreamingLogSumExp all;
  for (std::uint32_t a = 0; a < kLevels; ++a)
    for (std::uint32_t b = 0; b < kLevels; ++b) all.add(log_weight(model, {a, std::uint32_t(2 * kLevels) + b}, seen));
  return log_weight(model, columns, seen) - all.value();
}

// Σ_q log p(v_q | the other ratings, r)
double log_pseudo_likelihood(const EnergyModel& model, const std::vector<std::uint32_t>& columns,
                             const std::vector<std::uint32_t>& seen) {
  double sum = 0;
  for (std::size_t q = 0; q < columns.size(); ++q) {
    StreamingLogSumExp all;
    std::vector<std::uint32_t> other = columns;
    for (std::uint32_t k = 0; k < kLevels; ++k) {
      other[q] = std::uint32_t(columns[q] / kLevels * kLevels) + k;
      all.add(log_weight(model, other, seen));
    }
    sum += log_weight(model, columns, seen) - all.value();
  }
  return sum;
}

class RatingGradient : public ::testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Conditional, RatingGradient, ::testing::Bool());

TEST_P(RatingGradient, OfContrastiveDivergenceOfManySweepsIsThatOfLogP) {
  Context ctx{2};
  EnergyModel model = machine(DType::f64, GetParam());
  const std::vector<std::uint32_t> seen =
      GetParam() ? std::vector<std::uint32_t>{0, 1, 2} : std::vector<std::uint32_t>{};
  const RatingLearner learner{.method = RatingLearner::Method::contrastive_divergence, .sweeps = 30};
  RatingLearning learning = start_rating_learning(learner, model);
  constexpr std::int64_t kCases = 20'000;
  const std::vector<std::uint32_t> columns{1, 2 * kLevels + 2};
  rating_gradient(ctx, learner, learner.sweeps, Key{3}, model,
                  {cases(kCases, columns), GetParam() ? seen_by(kCases, seen) : SparseRows{}}, learning);
  const double error = 5 * 0.5 / std::sqrt(double(kCases));  // a statistic in [0, 1] has a deviation of at most ½
  const auto slope = [&](Tensor& parameter, std::int64_t r, std::int64_t c) {
    return testing::slope_of(parameter, r, c, [&] { return log_p(model, columns, seen); });
  };
  for (std::int64_t i = 0; i < kGroups * kLevels; ++i) {
    for (std::int64_t j = 0; j < kHidden; ++j)
      EXPECT_NEAR(learning.gradient.weight[0].at(i, j) / kCases, slope(model.connections()[0].weight, i, j), error);
    EXPECT_NEAR(learning.gradient.bias[0].at(0, i) / kCases, slope(model.layers()[0].bias, 0, i), error);
  }
  for (std::int64_t j = 0; j < kHidden; ++j)
    EXPECT_NEAR(learning.gradient.bias[1].at(0, j) / kCases, slope(model.layers()[1].bias, 0, j), error);
  for (const std::uint32_t i : seen)
    for (std::int64_t j = 0; j < kHidden; ++j)
      EXPECT_NEAR(learning.gradient.weight[1].at(i, j) / kCases, slope(model.connections()[1].weight, i, j), error);
}

TEST_P(RatingGradient, OfPseudoLikelihoodIsItsSlope) {
  Context ctx;
  EnergyModel model = machine(DType::f64, GetParam());
  const std::vector<std::vector<std::uint32_t>> columns{{1, 2 * kLevels + 2}, {kLevels}, {0, kLevels + 1, 2 * kLevels}};
  const std::vector<std::vector<std::uint32_t>> seen{{0, 1, 2}, {0, 1}, {0, 1, 2}};  // what was rated, and more
  RatingCases x{{.cols = kGroups * kLevels, .column = {}, .value = {}}, {}};
  if (GetParam()) x.seen.cols = kGroups;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    x.ratings.column.insert(x.ratings.column.end(), columns[c].begin(), columns[c].end());
    x.ratings.end_row();
    if (!GetParam()) continue;
    x.seen.column.insert(x.seen.column.end(), seen[c].begin(), seen[c].end());
    x.seen.end_row();
  }
  const auto objective = [&] {
    double sum = 0;
    for (std::size_t c = 0; c < columns.size(); ++c)
      sum += log_pseudo_likelihood(model, columns[c], GetParam() ? seen[c] : std::vector<std::uint32_t>{});
    return sum;
  };
  RatingLearning learning = start_rating_learning({}, model);
  EXPECT_NEAR(rating_gradient(ctx, {}, 1, {}, model, x, learning), objective(), 1e-12);
  const auto expect_slope = [&](Tensor& parameter, const Tensor& gradient) {
    for (std::int64_t r = 0; r < parameter.rows(); ++r)
      for (std::int64_t c = 0; c < parameter.cols(); ++c)
        EXPECT_NEAR(gradient.at(r, c), slope_of(parameter, r, c, objective), 1e-8);
  };
  for (std::size_t c = 0; c < model.connections().size(); ++c)
    expect_slope(model.connections()[c].weight, learning.gradient.weight[c]);
  for (std::size_t l = 0; l < model.layers().size(); ++l)
    expect_slope(model.layers()[l].bias, learning.gradient.bias[l]);
}

TEST(RatingLearning, AStepOfDIsMomentumOnItsSlopeWithItsDecay) {
  Context ctx;
  for (const auto average : {RatingLearner::Average::none, RatingLearner::Average::raters}) {
    EnergyModel model = machine(DType::f64, true);
    const EnergyModel before = model.clone();
    const RatingLearner learner{.average = average,
                                .rate = {.start = 0.01},
                                .momentum = {.start = 0.5},
                                .l2 = 7,
                                .smoothness = 7,
                                .seen_rate = 0.3,
                                .seen_l2 = 0.2};
    RatingLearning learning = start_rating_learning(learner, model), plain = start_rating_learning(learner, model);
    const RatingCases x{cases(3, {1}),
                        seen_by(3, {0, 2})};  // the last group is seen and not rated, the middle one neither
    rating_gradient(ctx, learner, 1, {}, before, x, plain);
    rating_epoch(ctx, learner, x, 3, Key{4}, {}, model, learning);
    const double scale = 0.3 * (average == RatingLearner::Average::raters ? 0.01 / 3 : 0.01);
    const Tensor& d = before.connections()[1].weight;
    for (std::int64_t i = 0; i < kGroups; ++i)
      for (std::int64_t j = 0; j < kHidden; ++j) {
        const double step = i == 1 ? 0 : scale * (plain.gradient.weight[1].at(i, j) - 3 * 0.2 * d.at(i, j));
        EXPECT_NEAR(model.connections()[1].weight.at(i, j), d.at(i, j) + step, 1e-14);
        EXPECT_NEAR(learning.velocity.weight[1].at(i, j), step, 1e-14);
        EXPECT_EQ(learning.gradient.weight[1].at(i, j), 0);
      }
    for (std::int64_t i = 0; i < kGroups; ++i) EXPECT_EQ(model.layers()[2].bias.at(0, i), 0);
  }
}

TEST(RatingLearning, AStepIsMomentumOnTheGradientWithPenaltiesOnceARating) {
  Context ctx;
  for (const auto average : {RatingLearner::Average::none, RatingLearner::Average::raters}) {
    EnergyModel model = machine();
    const EnergyModel before = model.clone();
    const RatingLearner learner{.average = average,
                                .rate = {.start = 0.01},
                                .momentum = {.start = 0.5},
                                .hidden_rate = 0.3,
                                .l2 = 0.2,
                                .smoothness = 0.4};
    RatingLearning learning = start_rating_learning(learner, model), plain = start_rating_learning(learner, model);
    const SparseRows x = cases(3, {1, 2 * kLevels + 2});
    rating_gradient(ctx, learner, 1, {}, before, {x, {}}, plain);
    rating_epoch(ctx, learner, {x, {}}, 3, Key{4}, {}, model, learning);
    const double scale = average == RatingLearner::Average::raters ? 0.01 / 3 : 0.01;
    const Tensor& w = before.connections()[0].weight;
    for (std::int64_t i = 0; i < kGroups * kLevels; ++i)
      for (std::int64_t j = 0; j < kHidden; ++j) {
        double penalty = 0.2 * w.at(i, j);
        if (i % kLevels > 0) penalty += 0.4 * (w.at(i, j) - w.at(i - 1, j));
        if (i % kLevels + 1 < kLevels) penalty += 0.4 * (w.at(i, j) - w.at(i + 1, j));
        const double step = i / kLevels == 1 ? 0 : scale * (plain.gradient.weight[0].at(i, j) - 3 * penalty);
        EXPECT_NEAR(model.connections()[0].weight.at(i, j), w.at(i, j) + step, 1e-14);
        EXPECT_NEAR(learning.velocity.weight[0].at(i, j), step, 1e-14);
        EXPECT_EQ(learning.gradient.weight[0].at(i, j), 0);
      }
    for (std::int64_t j = 0; j < kHidden; ++j)
      EXPECT_NEAR(model.layers()[1].bias.at(0, j),
                  before.layers()[1].bias.at(0, j) + scale * 0.3 * plain.gradient.bias[1].at(0, j), 1e-14);
  }
}

// The objective and its penalties, once a rating, of the weights A·B.
double factored_objective(Context& ctx, const RatingLearner& learner, const FactoredWeights& factors,
                          const SparseRows& x, EnergyModel model) {
  multiply_factors(ctx, factors, model);
  RatingLearning learning = start_rating_learning(learner, model);
  double sum = rating_gradient(ctx, learner, 1, {}, model, {x, {}}, learning);
  const Tensor& w = model.connections()[0].weight;
  for (const std::uint32_t c : x.column)
    for (std::int64_t k = 0; k < kLevels; ++k)
      for (std::int64_t j = 0; j < kHidden; ++j) {
        const std::int64_t i = std::int64_t(c) / kLevels * kLevels + k;
        sum -= learner.l2 / 2 * w.at(i, j) * w.at(i, j);
        if (k > 0) sum -= learner.smoothness / 2 * std::pow(w.at(i, j) - w.at(i - 1, j), 2);
      }
  return sum;
}

// One step without momentum is the slope in A and in B, by differences; the model has their product.
TEST(FactoredWeights, StepAlongTheSlopeOfTheObjective) {
  Context ctx;
  const RatingLearner learner{.rate = {.start = 1e-3},
                              .momentum = {.start = 0},
                              .factors = 1,
                              .hidden_rate = 0.5,
                              .l2 = 0.2,
                              .smoothness = 0.4};
  EnergyModel model = machine();
  RatingLearning learning = start_rating_learning(learner, model);
  initialise_factors(ctx, Key{6}, model, learning.factors);
  SparseRows x = cases(2, {1, 2 * kLevels + 2});
  x.column.push_back(2 * kLevels);
  x.end_row();
  const FactoredWeights before{learning.factors.item.clone(), learning.factors.hidden.clone(), {}, {}};
  const EnergyModel start = model.clone();
  rating_epoch(ctx, learner, {x, {}}, 3, Key{4}, {}, model, learning);
  const auto expect_slope = [&](Tensor FactoredWeights::*part, double rate) {
    FactoredWeights moved{before.item.clone(), before.hidden.clone(), {}, {}};
    for (std::int64_t r = 0; r < (before.*part).rows(); ++r)
      for (std::int64_t c = 0; c < (before.*part).cols(); ++c) {
        const double at = (before.*part).at(r, c);
        const auto objective = [&] { return factored_objective(ctx, learner, moved, x, start.clone()); };
        EXPECT_NEAR(((learning.factors.*part).at(r, c) - at) / rate, slope_of(moved.*part, r, c, objective), 1e-7);
      }
  };
  expect_slope(&FactoredWeights::item, 1e-3);
  expect_slope(&FactoredWeights::hidden, 1e-3 * 0.5);
  EnergyModel product = start.clone();
  multiply_factors(ctx, learning.factors, product);
  for (std::int64_t i = 0; i < kGroups * kLevels; ++i)
    for (std::int64_t j = 0; j < kHidden; ++j)
      EXPECT_EQ(model.connections()[0].weight.at(i, j), product.connections()[0].weight.at(i, j));
}

TEST(RatingLearning, GroupsThatNobodyRatedStandStill) {
  Context ctx;
  for (const auto method : {RatingLearner::Method::pseudo_likelihood, RatingLearner::Method::contrastive_divergence}) {
    EnergyModel model = machine(DType::f32);
    const EnergyModel before = model.clone();
    const RatingLearner learner{.method = method, .rate = {.start = 0.1}};
    RatingLearning learning = start_rating_learning(learner, model);
    for (int epoch = 0; epoch < 5; ++epoch)
      rating_epoch(ctx, learner, {cases(20, {0, 2 * kLevels}), {}}, 4, Key{5}, {}, model, learning);
    for (std::int64_t i = kLevels; i < 2 * kLevels; ++i) {
      EXPECT_EQ(model.layers()[0].bias.at(0, i), before.layers()[0].bias.at(0, i));
      for (std::int64_t j = 0; j < kHidden; ++j)
        EXPECT_EQ(model.connections()[0].weight.at(i, j), before.connections()[0].weight.at(i, j));
    }
    EXPECT_NE(model.connections()[0].weight.at(0, 0), before.connections()[0].weight.at(0, 0));
  }
}

TEST(RatingLearning, OneUserWithOneItemIsLearnt) {
  Context ctx;
  for (const auto method : {RatingLearner::Method::pseudo_likelihood, RatingLearner::Method::contrastive_divergence}) {
    EnergyModel model = machine(DType::f32);
    const RatingLearner learner{.method = method, .rate = {.start = 0.05}, .smoothness = 0};
    RatingLearning learning = start_rating_learning(learner, model);
    for (int epoch = 0; epoch < 300; ++epoch)
      rating_epoch(ctx, learner, {cases(1, {kLevels + 2}), {}}, 1, Key{6}, {}, model, learning);
    StreamingLogSumExp all;
    for (std::uint32_t k = 0; k < kLevels; ++k) all.add(log_weight(model, {std::uint32_t(kLevels) + k}));
    EXPECT_GT(log_weight(model, {kLevels + 2}) - all.value(), std::log(0.9));
  }
}

// Users of two tastes; what one half of a user's ratings says about the other.
SparseRows two_tastes(std::int64_t users, std::int64_t groups, Key key) {
  SparseRows x;
  x.cols = groups * kLevels;
  for (std::int64_t u = 0; u < users; ++u) {
    const bool taste = uniform(key, std::uint32_t(u), 0) < 0.5f;
    for (std::uint32_t g = 0; g < groups; ++g)
      if (uniform(key.fold(1), std::uint32_t(u), g) < 0.6f) {
        const bool likes = (g % 2 == 0) == taste, odd = uniform(key.fold(2), std::uint32_t(u), g) < 0.1f;
        x.column.push_back(std::uint32_t(g * kLevels + (likes != odd ? kLevels - 1 : 0)));
      }
    x.end_row();
  }
  return x;
}

TEST(RatingLearning, FindsTwoTastesWithTheSameBitsForAnyNumberOfThreads) {
  const SparseRows x = two_tastes(300, 20, Key{7});
  using Method = RatingLearner::Method;
  for (const auto& [method, factors] :
       {std::pair(Method::pseudo_likelihood, 0), {Method::pseudo_likelihood, 2}, {Method::contrastive_divergence, 0}}) {
    double objective = 0;
    std::vector<EnergyModel> models;
    for (const int threads : {1, 4}) {
      Context ctx{threads};
      EnergyModel model = rbm(x.cols, 6, {.visible = Softmax{kLevels}});
      initialise_ratings(x, 0.02, Key{8}, model);
      const RatingLearner learner{.method = method, .rate = {.start = 0.005}, .factors = factors};
      RatingLearning learning = start_rating_learning(learner, model);
      if (factors > 0) initialise_factors(ctx, Key{10}, model, learning.factors);
      for (int epoch = 0; epoch < 30; ++epoch) rating_epoch(ctx, learner, {x, {}}, 20, Key{9}, {}, model, learning);
      objective = learning.mean_objective;
      models.push_back(std::move(model));
    }
    // Without knowing the taste a level's log p is log ½; knowing it, H(0.1) = 0.325 nats.
    if (method == Method::pseudo_likelihood) {
      EXPECT_GT(objective, -0.42);
    }
    for (std::int64_t i = 0; i < x.cols; ++i)
      for (std::int64_t j = 0; j < 6; ++j)
        ASSERT_EQ(models[0].connections()[0].weight.at(i, j), models[1].connections()[0].weight.at(i, j));
  }
}

TEST(RatingLearning, RefusesOtherMachines) {
  EXPECT_THROW(start_rating_learning({}, rbm(6, 3)), InputError);
  EXPECT_THROW(start_rating_learning({}, rbm(6, 3, {.classes = 2, .visible = Softmax{3}})), InputError);
  EXPECT_THROW(start_rating_learning({.squares = 1.5}, machine()), InputError);
  EXPECT_THROW(start_rating_learning({.seen_l2 = -1}, machine()), InputError);
  EXPECT_THROW(start_rating_learning({.sweeps = 0}, machine()), InputError);
  EXPECT_THROW(start_rating_learning({.factors = kHidden}, machine()), InputError);
}

TEST(RatingLearning, RefusesCasesThatTellMoreOrLessThanTheMachineHas) {
  Context ctx;
  for (const bool conditional : {false, true}) {
    const EnergyModel model = machine(DType::f64, conditional);
    RatingLearning learning = start_rating_learning({}, model);
    const RatingCases x{cases(2, {1}), conditional ? SparseRows{} : seen_by(2, {0})};
    EXPECT_THROW(rating_gradient(ctx, {}, 1, {}, model, x, learning), InputError);
  }
}

}  // namespace
}  // namespace deepboltz::testing
