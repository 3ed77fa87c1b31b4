// Predictions against a golden vector, against the graph with its groups clamped at nothing, and the laws of the model.
#include "deepboltz/system/ratings/predict_ratings.h"

#include <cmath>

#include <gtest/gtest.h>

#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/model/build.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/ratings/rating_baselines.h"
#include "deepboltz/system/ratings/rating_fields.h"

namespace deepboltz::testing {
namespace {

SparseRows rows(std::int64_t cols, const std::vector<std::vector<std::uint32_t>>& columns) {
  SparseRows x;
  x.cols = cols;
  for (const auto& row : columns) {
    x.column.insert(x.column.end(), row.begin(), row.end());
    x.end_row();
  }
  return x;
}

// 3 items, K = 3, F = 2: W_ij^k = 0.3·(((i+2k+3j) mod 5) − 2), b_i^k = 0.1(k−1) + 0.05i, a = (.2, −.3).
EnergyModel golden_ratings(DType precision) {
  EnergyModel model = rbm(9, 2, {.precision = precision, .visible = Softmax{3}});
  for (int i = 0; i < 3; ++i)
    for (int k = 0; k < 3; ++k) {
      model.layers()[0].bias.set(0, 3 * i + k, 0.1 * (k - 1) + 0.05 * i);
      for (int j = 0; j < 2; ++j) model.connections()[0].weight.set(3 * i + k, j, 0.3 * ((i + 2 * k + 3 * j) % 5 - 2));
    }
  model.layers()[1].bias.set(0, 0, 0.2);
  model.layers()[1].bias.set(0, 1, -0.3);
  return model;
}

EnergyModel random_ratings(std::int64_t groups, std::int64_t levels, std::int64_t hidden, Key key) {
  EnergyModel model = rbm(groups * levels, hidden, {.precision = DType::f64, .visible = Softmax{levels}});
  initialise_weights(model, 1, key);
  for (Layer& layer : model.layers())
    for (std::int64_t i = 0; i < layer.units; ++i)
      layer.bias.set(0, i, normal(key.fold(std::uint64_t(layer.units)), 0, std::uint32_t(i)));
  return model;
}

// The same with D.
EnergyModel random_conditional(std::int64_t groups, std::int64_t levels, std::int64_t hidden, Key key) {
  EnergyModel model = rating_machine(groups, levels, hidden, {.precision = DType::f64, .conditional = true});
  initialise_weights(model, 1, key);
  for (std::int64_t j = 0; j < hidden; ++j) model.layers()[1].bias.set(0, j, normal(key.fold(9), 0, std::uint32_t(j)));
  return model;
}

class GoldenRatings : public ::testing::TestWithParam<DType> {};
INSTANTIATE_TEST_SUITE_P(Precision, GoldenRatings, ::testing::Values(DType::f64, DType::f32));

TEST_P(GoldenRatings, ExactAndMeanFieldPredictions) {
  Context ctx;
  const EnergyModel model = golden_ratings(GetParam());
  const double near = GetParam() == DType::f64 ? 1e-11 : 1e-4;
  const SparseRows known = rows(9, {{2, 3}}), asked = rows(3, {{2}});  // v_0 = 2, v_1 = 0
  const RatingScale scale{1, 3, 1};
  const Tensor exact = predict_levels(ctx, model, {known, {}}, asked, RatingInference::exact),
               mean_field = predict_levels(ctx, model, {known, {}}, asked, RatingInference::mean_field);
  const double p[3] = {0.189000664952, 0.426242688024, 0.384756647024},
               q[3] = {0.189205281103, 0.428792739657, 0.382001979240};
  for (int k = 0; k < 3; ++k) {
    EXPECT_NEAR(exact.at(0, k), p[k], near);
    EXPECT_NEAR(mean_field.at(0, k), q[k], near);
  }
  EXPECT_NEAR(expected_ratings(scale, exact)[0], 2.195755982071, near);
  EXPECT_NEAR(expected_ratings(scale, mean_field)[0], 2.192796698137, near);
}

// Row e of p has the shares of the cases of `state`, one a level, by their free energies.
void expect_shares(Context& ctx, const EnergyModel& model, const State& state, const Tensor& p, std::int64_t e) {
  std::vector<double> weight(std::size_t(state.cases));
  negative_free_energy(ctx, model, state, weight);
  const double log_z = log_sum_exp(std::span<const double>(weight));
  for (std::int64_t k = 0; k < state.cases; ++k)
    EXPECT_NEAR(p.at(e, k), std::exp(weight[std::size_t(k)] - log_z), 1e-12);
}

TEST(PredictRatings, AreThoseOfTheGraphWithMissingGroupsClampedAtNothing) {
  Context ctx;
  const EnergyModel model = random_ratings(4, 3, 5, Key{1});
  const SparseRows known = rows(12, {{1, 5}, {}, {0, 4, 8}}), asked = rows(4, {{2, 3}, {0}, {3}});
  const Tensor p = predict_levels(ctx, model, {known, {}}, asked, RatingInference::exact);
  for (std::int64_t r = 0, e = 0; r < 3; ++r)
    for (const std::uint32_t group : asked.row(r)) {
      State state = model.make_state(ctx, 3);  // a case a level of the group that is asked for
      for (std::int64_t k = 0; k < 3; ++k) {
        for (const std::uint32_t c : known.row(r)) state.layers[0].set(k, c, 1);
        state.layers[0].set(k, group * 3 + k, 1);
      }
      state.clamp(model.visible());
      expect_shares(ctx, model, state, p, e++);
    }
}

// Items 0 and 1 are rated, 2 is seen, 3 is not: both are asked for.
TEST(PredictRatings, WithDAreThoseOfTheGraphWhereWhatIsAskedForIsSeen) {
  Context ctx;
  const EnergyModel model = random_conditional(4, 3, 5, Key{6});
  const RatingCases known{rows(12, {{1, 5}, {}}), rows(4, {{0, 1, 2}, {1}})};
  const SparseRows asked = rows(4, {{2, 3}, {1, 3}});
  const Tensor p = predict_levels(ctx, model, known, asked, RatingInference::exact);
  for (std::int64_t r = 0, e = 0; r < 2; ++r)
    for (const std::uint32_t group : asked.row(r)) {
      State state = model.make_state(ctx, 3);
      for (std::int64_t k = 0; k < 3; ++k) {
        for (const std::uint32_t c : known.ratings.row(r)) state.layers[0].set(k, c, 1);
        state.layers[0].set(k, group * 3 + k, 1);
        for (const std::uint32_t i : known.seen.row(r)) state.layers[2].set(k, i, 1);
        state.layers[2].set(k, group, 1);
      }
      for (const LayerId layer : model.ids(Role::visible)) state.clamp(layer);
      expect_shares(ctx, model, state, p, e++);
    }
}

TEST(PredictRatings, WithDThatIsNothingAreThoseWithoutIt) {
  Context ctx;
  EnergyModel told = random_conditional(4, 3, 5, Key{7});
  initialise_weights(told, 0, Key{7});
  const EnergyModel plain = without_layer(told, *told.find("seen"));
  const SparseRows known = rows(12, {{1, 5}}), asked = rows(4, {{2, 3}});
  for (const RatingInference inference : {RatingInference::exact, RatingInference::mean_field}) {
    const Tensor a = predict_levels(ctx, told, {known, rows(4, {{0, 1, 2}})}, asked, inference),
                 b = predict_levels(ctx, plain, {known, {}}, asked, inference);
    for (std::int64_t e = 0; e < 2; ++e)
      for (std::int64_t k = 0; k < 3; ++k) EXPECT_EQ(a.at(e, k), b.at(e, k));
  }
}

// W_i^k + c_i for all k is D_i + c_i, as long as what is seen is what is rated. (Mean field is no law: it sees D_q
// alone.)
TEST(PredictRatings, DoNotChangeWithTheGaugeOfD) {
  Context ctx;
  EnergyModel model = random_conditional(4, 3, 5, Key{8});
  const RatingCases known{rows(12, {{1, 5}, {}}), rows(4, {{0, 1}, {}})};
  const SparseRows asked = rows(4, {{2, 3}, {1, 3}});
  const Tensor p = predict_levels(ctx, model, known, asked, RatingInference::exact),
               h = rating_means(ctx, model, known);
  Tensor &w = model.connections()[kRatingWeights].weight, &d = model.connections()[kSeenWeights].weight;
  for (std::int64_t i = 0; i < 4; ++i)
    for (std::int64_t j = 0; j < 5; ++j) {
      const double c = normal(Key{9}, std::uint32_t(i), std::uint32_t(j));
      d.set(i, j, d.at(i, j) - c);
      for (std::int64_t k = 3 * i; k < 3 * i + 3; ++k) w.set(k, j, w.at(k, j) + c);
    }
  const Tensor q = predict_levels(ctx, model, known, asked, RatingInference::exact),
               g = rating_means(ctx, model, known);
  for (std::int64_t e = 0; e < 4; ++e)
    for (std::int64_t k = 0; k < 3; ++k) EXPECT_NEAR(p.at(e, k), q.at(e, k), 1e-12);
  for (std::int64_t r = 0; r < 2; ++r)
    for (std::int64_t j = 0; j < 5; ++j) EXPECT_NEAR(h.at(r, j), g.at(r, j), 1e-12);
}

TEST(PredictRatings, KnowNothingOfItemsThatWereNotRated) {
  Context ctx;
  const EnergyModel small = random_ratings(3, 3, 4, Key{2});
  EnergyModel large = random_ratings(4, 3, 4, Key{3});  // the small one, and an item more
  for (std::int64_t i = 0; i < 9; ++i) {
    large.layers()[0].bias.set(0, i, small.layers()[0].bias.at(0, i));
    for (std::int64_t j = 0; j < 4; ++j)
      large.connections()[0].weight.set(i, j, small.connections()[0].weight.at(i, j));
  }
  large.layers()[1].bias = small.layers()[1].bias.clone();
  const Tensor a = predict_levels(ctx, small, {rows(9, {{0, 5}}), {}}, rows(3, {{2}}), RatingInference::exact),
               b = predict_levels(ctx, large, {rows(12, {{0, 5}}), {}}, rows(4, {{2}}), RatingInference::exact);
  for (int k = 0; k < 3; ++k) EXPECT_EQ(a.at(0, k), b.at(0, k));
}

TEST(PredictRatings, DoNotChangeWithTheGaugeOfTheBiases) {
  Context ctx;
  EnergyModel model = random_ratings(3, 3, 4, Key{4});
  const SparseRows known = rows(9, {{1, 3}}), asked = rows(3, {{2}});
  for (const RatingInference inference : {RatingInference::exact, RatingInference::mean_field}) {
    const Tensor before = predict_levels(ctx, model, {known, {}}, asked, inference);
    for (int k = 0; k < 3; ++k) model.layers()[0].bias.set(0, 6 + k, model.layers()[0].bias.at(0, 6 + k) + 3);
    const Tensor after = predict_levels(ctx, model, {known, {}}, asked, inference);
    for (int k = 0; k < 3; ++k) EXPECT_NEAR(before.at(0, k), after.at(0, k), 1e-14);
  }
}

// Two levels, everything rated: a Bernoulli RBM with W = W¹ − W⁰, b = b¹ − b⁰, a_j + Σ_i W_ij⁰.
TEST(PredictRatings, OfTwoLevelsAreThoseOfABernoulliMachine) {
  Context ctx;
  const EnergyModel model = random_ratings(3, 2, 4, Key{5});
  EnergyModel bits = rbm(3, 4, {.precision = DType::f64});
  const Tensor& w = model.connections()[0].weight;
  bits.layers()[1].bias = model.layers()[1].bias.clone();
  for (std::int64_t i = 0; i < 3; ++i) {
    bits.layers()[0].bias.set(0, i, model.layers()[0].bias.at(0, 2 * i + 1) - model.layers()[0].bias.at(0, 2 * i));
    for (std::int64_t j = 0; j < 4; ++j) {
      bits.connections()[0].weight.set(i, j, w.at(2 * i + 1, j) - w.at(2 * i, j));
      bits.layers()[1].bias.set(0, j, bits.layers()[1].bias.at(0, j) + w.at(2 * i, j));
    }
  }
  const Tensor p = predict_levels(ctx, model, {rows(6, {{1, 2}}), {}}, rows(3, {{2}}), RatingInference::exact);
  State state = bits.make_state(ctx, 2);
  state.clamp(bits.visible());
  for (int r = 0; r < 2; ++r) state.layers[0].set(r, 0, 1);
  state.layers[0].set(1, 2, 1);
  std::vector<double> weight(2);
  negative_free_energy(ctx, bits, state, weight);
  EXPECT_NEAR(p.at(0, 1), 1 / (1 + std::exp(weight[0] - weight[1])), 1e-12);
}

TEST(PredictRatings, RefuseToBeAskedForWhatIsKnown) {
  Context ctx;
  const EnergyModel model = golden_ratings(DType::f64);
  EXPECT_THROW(predict_levels(ctx, model, {rows(9, {{2, 4}}), {}}, rows(3, {{1}}), RatingInference::exact), InputError);
  EXPECT_THROW(predict_levels(ctx, model, {rows(9, {{2}, {4}}), {}}, rows(3, {{1}}), RatingInference::exact),
               InputError);
}

TEST(PredictRatings, ScoreIsTheRootMeanSquareWithItsError) {
  const double squares[] = {1, 4, 9, 0, 1, 1};
  const Estimate rmse = root_mean_square(squares);
  EXPECT_NEAR(rmse.value, std::sqrt(16.0 / 6), 1e-15);
  double variance = 0;
  for (const double s : squares) variance += (s - 16.0 / 6) * (s - 16.0 / 6) / 5;
  EXPECT_NEAR(rmse.standard_error, std::sqrt(variance / 6) / 2 / rmse.value, 1e-15);
}

// Ratings made of a user's and an item's number, and of their product: each baseline finds what it is able to.
TEST(RatingBaselines, FindWhatTheDataAreMadeOf) {
  RatingData data;
  data.scale = {0, 10, 0.5};
  for (std::uint32_t u = 0; u < 40; ++u) data.users.push_back(u);
  for (std::uint32_t i = 0; i < 30; ++i) data.items.push_back(i);
  std::vector<Rating> held_out;
  for (std::uint32_t u = 0; u < 40; ++u)
    for (std::uint32_t i = 0; i < 30; ++i) {
      const double rating = 5 + (u % 3) - (i % 2) + (u % 2 == i % 3 % 2 ? 2.0 : -2.0);
      const Rating r{u, i, *data.scale.level(rating), 0};
      (uniform(Key{6}, u, i) < 0.2f ? held_out : data.train).push_back(r);
    }
  const RatingBaselines found = rating_baselines(data, held_out, {.rank = 4, .epochs = 200, .rate = 0.03, .l2 = 0.005});
  EXPECT_GT(found.constant.value, 2.1);
  EXPECT_NEAR(found.bias.value, 2, 0.15);
  EXPECT_LT(found.factorisation.value, 0.2);
}

}  // namespace
}  // namespace deepboltz::testing
