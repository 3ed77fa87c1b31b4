// Someone new among items: the slope by differences, the mean rater without ratings, and a taste after a few.
#include "deepboltz/system/ratings/newcomer.h"

#include <cmath>

#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

#include "deepboltz/data/rating_cases.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/ratings/predict_ratings.h"
#include "deepboltz/system/ratings/rating_learning.h"
#include "deepboltz/system/ratings/rating_machine.h"
#include "deepboltz/system/ratings/recommend.h"

namespace deepboltz::testing {
namespace {

constexpr std::int64_t kLevels = 3, kHidden = 4;

// 30 raters of two tastes, 40 items of two kinds: a taste likes one of them, with one rating in ten the other way.
RatingData two_tastes() {
  RatingData data;
  data.name = "two tastes";
  data.scale = {1, 3, 1};
  for (std::uint32_t u = 0; u < 30; ++u) data.users.push_back(u);
  for (std::uint32_t i = 0; i < 40; ++i) {
    data.items.push_back(i);
    data.films.emplace_back();
  }
  for (std::uint32_t u = 0; u < 30; ++u)
    for (std::uint32_t i = 0; i < 40; ++i) {
      if (uniform(Key{1}, u, i) > 0.7f) continue;
      const bool likes = (u % 2 == i % 2) != (uniform(Key{2}, u, i) < 0.1f);
      data.train.push_back({u, i, std::uint8_t(likes ? 2 : 0), 0});
    }
  return data;
}

EnergyModel learnt(Context& ctx, const RatingData& data) {
  const SparseRows cases = rating_rows(data, data.train, RatingCase::item);
  EnergyModel model = rating_machine(cases.cols / kLevels, kLevels, kHidden);
  initialise_ratings(cases, 0.05, Key{3}, model);
  const RatingLearner learner{.rate = {.start = 0.01}};
  RatingLearning learning = start_rating_learning(learner, model);
  for (int epoch = 0; epoch < 100; ++epoch) rating_epoch(ctx, learner, {cases, {}}, 10, Key{4}, {}, model, learning);
  return model;
}

TEST(Newcomer, SlopeIsThatOfTheObjective) {
  const RaterPrior prior{{{0.1, -0.2, 0.3}, std::vector<double>(kLevels * kHidden, 0.05)}, 0.5, 0.2};
  Tensor fields(DType::f64, 5, kHidden);
  for (std::int64_t r = 0; r < 5; ++r)
    for (std::int64_t j = 0; j < kHidden; ++j) fields.set(r, j, normal(Key{5}, std::uint32_t(r), std::uint32_t(j)));
  const std::vector<std::uint8_t> levels{0, 2, 2, 1, 0};
  GroupParameters at = prior.mean, slope, ignored;
  for (std::size_t i = 0; i < at.weight.size(); ++i) at.weight[i] += normal(Key{6}, 0, std::uint32_t(i));
  newcomer_objective(prior, fields, levels, at, slope);
  const auto objective = [&] { return newcomer_objective(prior, fields, levels, at, ignored); };
  for (std::size_t k = 0; k < at.bias.size(); ++k) EXPECT_NEAR(slope.bias[k], slope_of(at.bias[k], objective), 1e-8);
  for (std::size_t i = 0; i < at.weight.size(); ++i)
    EXPECT_NEAR(slope.weight[i], slope_of(at.weight[i], objective), 1e-8);

  const GroupParameters best = fit_newcomer(prior, fields, levels);
  newcomer_objective(prior, fields, levels, best, slope);  // stationary: what is left to climb is slope²·σ²/2
  for (double s : slope.bias) EXPECT_NEAR(s, 0, 1e-3);
  for (double s : slope.weight) EXPECT_NEAR(s, 0, 1e-3);
}

TEST(Newcomer, WithoutRatingsIsTheMeanRater) {
  Context ctx;
  const RatingData data = two_tastes();
  const EnergyModel model = learnt(ctx, data);
  const EnergyModel wider = with_newcomer(ctx, model, rating_cases(data, data.train, RatingCase::item), {});
  const Tensor& w = wider.connections()[0].weight;
  ASSERT_EQ(w.rows(), 31 * kLevels);
  for (std::int64_t k = 0; k < kLevels; ++k)
    for (std::int64_t j = 0; j < kHidden; ++j) {
      double mean = 0;
      for (std::int64_t u = 0; u < 30; ++u) mean += w.at(u * kLevels + k, j) / 30;
      EXPECT_NEAR(w.at(30 * kLevels + k, j), mean, 1e-6);
    }
  for (std::int64_t r = 0; r < 30 * kLevels; ++r)
    for (std::int64_t j = 0; j < kHidden; ++j) EXPECT_EQ(w.at(r, j), model.connections()[0].weight.at(r, j));
}

// A machine with D that was written from W: the same newcomer as without.
TEST(Newcomer, DoesNotDependOnHowMuchOfTheWeightsIsD) {
  Context ctx;
  RatingData data = two_tastes();
  const EnergyModel plain = learnt(ctx, data);
  EnergyModel told = rating_machine(30, kLevels, kHidden, {.conditional = true});
  for (std::size_t l = 0; l < plain.layers().size(); ++l) told.layers()[l].bias = plain.layers()[l].bias.clone();
  for (std::int64_t u = 0; u < 30; ++u)
    for (std::int64_t j = 0; j < kHidden; ++j) {
      const double d = 0.3 * normal(Key{7}, std::uint32_t(u), std::uint32_t(j));
      told.connections()[kSeenWeights].weight.set(u, j, d);
      for (std::int64_t k = u * kLevels; k < (u + 1) * kLevels; ++k)
        told.connections()[kRatingWeights].weight.set(k, j, plain.connections()[0].weight.at(k, j) - d);
    }
  OwnRatings mine{{{0, 1, 2, 0}, {0, 4, 0, 0}}, {}};
  const RecommendOptions options{.count = 10, .least_ratings = 1};
  const auto a = recommend_to_newcomer(ctx, plain, data, mine, options);
  data.tells_seen = true;
  const auto b = recommend_to_newcomer(ctx, told, data, mine, options);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i].expected, b[i].expected, 1e-3);  // of a search in f32
}

TEST(Newcomer, IsKnownByAFewRatings) {
  Context ctx;
  const RatingData data = two_tastes();
  const EnergyModel model = learnt(ctx, data);
  for (std::uint32_t taste : {0u, 1u}) {
    OwnRatings mine;
    for (std::uint32_t i = 0; i < 6; ++i) mine.ratings.push_back({0, i, std::uint8_t(i % 2 == taste ? 2 : 0), 0});
    const auto list = recommend_to_newcomer(ctx, model, data, mine, {.count = 10, .least_ratings = 1});
    ASSERT_EQ(list.size(), 10u);
    for (const Recommendation& r : list) {
      EXPECT_EQ(r.item % 2, taste);  // what that taste likes, of 17 such and 17 others
      EXPECT_GT(r.expected, 2);
    }
  }
}

}  // namespace
}  // namespace deepboltz::testing
