// The slope of log p(y | v), against finite differences of p(y | v) by enumeration, and what the objectives make of it.
#include "deepboltz/learn/discriminative.h"

#include <cmath>

#include "tests/model/golden.h"
#include "tests/model/random_graph.h"
#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

#include "deepboltz/infer/enumerate.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/learn/phases.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

using testing::fill_normal;

Context& ctx() {
  static Context context(1);
  return context;
}

// Mean log p(y | v) of the cases: two sums over all hidden states, one of them over all classes too.
double mean_log_posterior(const EnergyModel& model, const State& data) {
  const std::size_t cases = std::size_t(data.cases);
  std::vector<double> joint(cases), marginal(cases);
  exact_log_z_given(ctx(), model, data, {}, joint);
  State free = data.clone();
  free.unclamp(*model.find(Role::label));
  exact_log_z_given(ctx(), model, free, {}, marginal);
  double sum = 0;
  for (std::size_t r = 0; r < cases; ++r) sum += joint[r] - marginal[r];
  return sum / double(cases);
}

void set_label(const EnergyModel& model, State& data, std::int64_t r, std::int64_t label) {
  Tensor& y = data.layers[std::size_t(model.find(Role::label)->index)];
  for (std::int64_t k = 0; k < y.cols(); ++k) y.set(r, k, k == label ? 1 : 0);
}

// Two clamped cases of bits with different labels.
State two_cases(const EnergyModel& model) {
  State data = make_batch(ctx(), model, 2);
  Tensor& v = data.layers[std::size_t(model.visible().index)];
  for (std::int64_t i = 0; i < v.cols(); ++i) v.set(0, i, i % 2), v.set(1, i, i % 3 == 0 ? 1 : 0);
  set_label(model, data, 0, 2);
  set_label(model, data, 1, 0);
  return data;
}

TEST(LabelRbm, GoldenPosteriorAndSlopes) {
  const EnergyModel model = testing::golden_label_rbm();
  State data = make_batch(ctx(), model, 1);
  Tensor& v = data.layers[std::size_t(model.visible().index)];
  v.set(0, 0, 1), v.set(0, 2, 1);
  const double p[3] = {0.346336769731, 0.343644718613, 0.310018511655};
  for (std::int64_t k = 0; k < 3; ++k) {
    set_label(model, data, 0, k);
    EXPECT_NEAR(std::exp(mean_log_posterior(model, data)), p[k], 1e-11);
  }
  set_label(model, data, 0, 1);
  Parameters gradient = zero_parameters(model);
  add_discriminative(ctx(), model, data, 0, gradient);
  EXPECT_NEAR(gradient.weight[0].at(0, 0), -0.058542858844, 1e-11);
  EXPECT_NEAR(gradient.weight[1].at(2, 1), -0.147265245303, 1e-11);
}

struct HiddenUnit {
  const char* name;
  Unit hidden;
};
class DiscriminativeSlope : public ::testing::TestWithParam<HiddenUnit> {};

TEST_P(DiscriminativeSlope, IsThatOfThePosteriorForEveryParameter) {
  EnergyModel model = rbm(5, 3, {.precision = DType::f64, .classes = 4, .hidden = GetParam().hidden});
  for (std::size_t c = 0; c < 2; ++c) fill_normal(model.connections()[c].weight, 0.6, Key{1}.fold(c));
  for (std::size_t l = 0; l < 3; ++l) fill_normal(model.layers()[l].bias, 0.5, Key{2}.fold(l));
  const State data = two_cases(model);
  Parameters gradient = zero_parameters(model);
  add_discriminative(ctx(), model, data, 0, gradient);
  const auto expect_slope = [&](Tensor& parameter, const Tensor& slope) {
    for (std::int64_t i = 0; i < parameter.rows(); ++i)
      for (std::int64_t j = 0; j < parameter.cols(); ++j)
        EXPECT_NEAR(slope.at(i, j), testing::slope_of(parameter, i, j, [&] { return mean_log_posterior(model, data); }),
                    1e-9);
  };
  for (std::size_t c = 0; c < 2; ++c) expect_slope(model.connections()[c].weight, gradient.weight[c]);
  for (std::size_t l = 0; l < 3; ++l) expect_slope(model.layers()[l].bias, gradient.bias[l]);
}

TEST_P(DiscriminativeSlope, DoesNotDependOnTheOffsets) {
  EnergyModel model = rbm(5, 3, {.precision = DType::f64, .classes = 4, .hidden = GetParam().hidden});
  for (std::size_t c = 0; c < 2; ++c) fill_normal(model.connections()[c].weight, 0.6, Key{3}.fold(c));
  EnergyModel moved = model.clone();
  for (std::size_t l = 0; l < 3; ++l) {
    moved.layers()[l].offset = Tensor(DType::f64, 1, moved.layers()[l].units);
    fill_normal(moved.layers()[l].offset, 0.4, Key{4}.fold(l));
  }
  for (const Connection& c : moved.connections())  // a = b + W·o keeps the ordinary biases at zero
    for (std::int64_t i = 0; i < c.weight.rows(); ++i)
      for (std::int64_t j = 0; j < c.weight.cols(); ++j) {
        Tensor &below = moved.layer(c.lower).bias, &above = moved.layer(c.upper).bias;
        below.set(0, i, below.at(0, i) + c.weight.at(i, j) * moved.layer(c.upper).offset.at(0, j));
        above.set(0, j, above.at(0, j) + c.weight.at(i, j) * moved.layer(c.lower).offset.at(0, i));
      }
  Parameters plain = zero_parameters(model), shifted = zero_parameters(model);
  add_discriminative(ctx(), model, two_cases(model), 0, plain);
  add_discriminative(ctx(), moved, two_cases(moved), 0, shifted);
  for (std::size_t c = 0; c < 2; ++c)
    for (std::int64_t i = 0; i < plain.weight[c].rows(); ++i)
      for (std::int64_t j = 0; j < plain.weight[c].cols(); ++j)
        EXPECT_NEAR(plain.weight[c].at(i, j), shifted.weight[c].at(i, j), 1e-12);
}

INSTANTIATE_TEST_SUITE_P(HiddenUnits, DiscriminativeSlope,
                         ::testing::Values(HiddenUnit{"bernoulli", Bernoulli{}}, HiddenUnit{"spin", Spin{}},
                                           HiddenUnit{"binomial", Binomial{3}}),
                         [](const auto& kind) { return std::string(kind.param.name); });

// The gradient that learn_step leaves, at one key.
Parameters gradient_of(const Objective& objective, const EnergyModel& start) {
  EnergyModel model = start.clone();
  Learner learner;
  learner.objective = objective;
  State data = two_cases(model);
  LearningState learning = start_learning(ctx(), model, learner, 2);
  learn_step(ctx(), learner, 0, Key{5}, model, data, learning);
  return std::move(learning.gradient);
}

TEST(Objectives, AddUp) {
  const EnergyModel model = testing::golden_label_rbm();
  using Kind = Objective::Kind;
  const Parameters generative = gradient_of({}, model),
                   discriminative = gradient_of({.kind = Kind::discriminative}, model),
                   hybrid = gradient_of({.kind = Kind::hybrid, .generative_weight = 0.3}, model),
                   none = gradient_of({.kind = Kind::hybrid, .generative_weight = 0}, model);
  for (std::size_t l = 0; l < 3; ++l)
    for (std::int64_t j = 0; j < hybrid.bias[l].cols(); ++j) {
      EXPECT_NEAR(hybrid.bias[l].at(0, j), discriminative.bias[l].at(0, j) + 0.3 * generative.bias[l].at(0, j), 1e-14);
      EXPECT_EQ(none.bias[l].at(0, j), discriminative.bias[l].at(0, j));
    }
  for (std::size_t c = 0; c < 2; ++c)
    for (std::int64_t i = 0; i < hybrid.weight[c].rows(); ++i)
      for (std::int64_t j = 0; j < hybrid.weight[c].cols(); ++j)
        EXPECT_NEAR(hybrid.weight[c].at(i, j), discriminative.weight[c].at(i, j) + 0.3 * generative.weight[c].at(i, j),
                    1e-14);
  for (std::int64_t i = 0; i < 3; ++i) EXPECT_EQ(discriminative.bias[0].at(0, i), 0);  // b says nothing of y
}

TEST(Objectives, HiddenDriftIsTakenFromHiddenBiasesOnly) {
  const EnergyModel start = testing::golden_label_rbm();
  EnergyModel plain = start.clone(), sparse = start.clone();
  for (EnergyModel* model : {&plain, &sparse}) {
    Learner learner;
    learner.hidden_drift = model == &sparse ? 0.01 : 0;
    State data = two_cases(*model);
    LearningState learning = start_learning(ctx(), *model, learner, 2);
    learn_step(ctx(), learner, 0, Key{6}, *model, data, learning);
  }
  for (std::size_t l = 0; l < 3; ++l)
    for (std::int64_t j = 0; j < start.layers()[l].units; ++j)
      EXPECT_NEAR(plain.layers()[l].bias.at(0, j) - sparse.layers()[l].bias.at(0, j),
                  start.layers()[l].role == Role::hidden ? 0.01 : 0, 1e-14);
}

TEST(Objectives, RefuseModelsWithoutAnExactPosterior) {
  Learner hybrid;
  hybrid.negative.kind = Negative::Kind::persistent;
  hybrid.objective.kind = Objective::Kind::hybrid;
  EXPECT_THROW(require_learner(hybrid, rbm(4, 3)), InputError);
  const std::int64_t two[] = {3, 2};
  EXPECT_THROW(require_learner(hybrid, dbm(4, two, {.classes = 3})), InputError);
  EXPECT_NO_THROW(require_learner(hybrid, rbm(4, 3, {.classes = 3})));
}

// ---- some cases without a label ----

// Rows 0 and 1 with a label, 2 and 3 without.
State two_of_four(const EnergyModel& model) {
  State data = make_batch(ctx(), model, 4);
  Tensor& v = data.layers[std::size_t(model.visible().index)];
  for (std::int64_t r = 0; r < 4; ++r)
    for (std::int64_t i = 0; i < v.cols(); ++i) v.set(r, i, (i + r) % (r + 2) == 0 ? 1 : 0);
  set_label(model, data, 0, 2);
  set_label(model, data, 1, 0);
  Tensor known(DType::u8, 4, model.layer(*model.find(Role::label)).units);
  for (std::int64_t r = 0; r < 2; ++r)
    for (std::int64_t k = 0; k < known.cols(); ++k) known.set(r, k, 1);
  data.clamp(*model.find(Role::label), std::move(known));
  return data;
}

TEST(SomeLabels, TheDiscriminativeSlopeIsThatOfTheCasesWithOne) {
  const EnergyModel model = testing::golden_label_rbm();
  State some = two_of_four(model), both = two_of_four(model);
  both.cases = 2;
  both.clamp(*model.find(Role::label));
  Parameters of_some = zero_parameters(model), of_both = zero_parameters(model);
  add_discriminative(ctx(), model, some, 0, of_some);
  add_discriminative(ctx(), model, both, 0, of_both);
  for (std::size_t c = 0; c < 2; ++c)
    for (std::int64_t i = 0; i < of_both.weight[c].rows(); ++i)
      for (std::int64_t j = 0; j < of_both.weight[c].cols(); ++j)
        EXPECT_NEAR(of_some.weight[c].at(i, j), of_both.weight[c].at(i, j), 1e-15);
  for (std::size_t l = 0; l < 3; ++l)
    for (std::int64_t j = 0; j < of_both.bias[l].cols(); ++j)
      EXPECT_NEAR(of_some.bias[l].at(0, j), of_both.bias[l].at(0, j), 1e-15);
}

TEST(SomeLabels, AreDrawnFromThePosterior) {
  const EnergyModel model = testing::golden_label_rbm();
  const LayerId label = *model.find(Role::label);
  constexpr std::int64_t kDraws = 20'000;
  State data = make_batch(ctx(), model, kDraws);
  Tensor& v = data.layers[std::size_t(model.visible().index)];
  for (std::int64_t r = 0; r < kDraws; ++r) v.set(r, 0, 1), v.set(r, 2, 1), set_label(model, data, r, 0);
  data.clamp(label, Tensor(DType::u8, kDraws, 3));
  draw_labels(ctx(), model, Key{7}, data);
  const double p[3] = {0.346336769731, 0.343644718613, 0.310018511655};  // models of golden vectors, v = (1, 0, 1)
  for (std::int64_t k = 0; k < 3; ++k) {
    double count = 0;
    for (std::int64_t r = 0; r < kDraws; ++r) count += data.x(label).as<double>()(r, k);
    EXPECT_NEAR(count / kDraws, p[k], 4 * std::sqrt(p[k] * (1 - p[k]) / kDraws));
  }
}

// Mean log p(v, y) of the cases with a label and mean log p(v) of the others, up to log Z.
std::pair<double, double> mean_log_weights(const EnergyModel& model, const State& data) {
  double with = 0, without = 0;
  for (std::int64_t r = 0; r < data.cases; ++r) {
    State one = repeat_cases(data, r, 1, 1);
    const bool known = data.mask(*model.find(Role::label)).as<std::uint8_t>()(r, 0) != 0;
    if (known)
      one.clamp(*model.find(Role::label));
    else
      one.unclamp(*model.find(Role::label));
    double log_weight = 0;
    exact_log_z_given(ctx(), model, one, {}, std::span(&log_weight, 1));
    (known ? with : without) += log_weight / 2;
  }
  return {with, without};
}

// The positive phase's expectation over the labels that it draws is the slope of α·mean log p(v, y) + β·mean log p(v)
// but for log Z. Labels are drawn, so it is averaged over keys; its spread gives the tolerance.
TEST(SomeLabels, TheDataSideIsTheSlopeOfBothMeans) {
  EnergyModel model = testing::golden_label_rbm();
  Learner learner;
  learner.negative.kind = Negative::Kind::persistent;
  learner.objective = {.kind = Objective::Kind::hybrid, .generative_weight = 0.3, .unlabelled_weight = 0.2};
  constexpr int kKeys = 2'000;
  LearningState learning = start_learning(ctx(), model, learner, 4);
  State data = two_of_four(model);
  std::vector<double> sum(6, 0), square(6, 0);
  for (int key = 0; key < kKeys; ++key) {
    draw_labels(ctx(), model, Key{8}.fold(std::uint64_t(key)), data);
    positive_phase(ctx(), learner, Key{9}, model, data, learning);
    for (std::size_t i = 0; i < 6; ++i) {
      const double x = contrast_weight(learner, model, data) *
                       learning.gradient.weight[1].at(std::int64_t(i) / 2, std::int64_t(i) % 2);
      sum[i] += x / kKeys;
      square[i] += x * x / kKeys;
    }
  }
  for (std::size_t i = 0; i < 6; ++i) {
    const auto objective = [&] {
      const auto [with, without] = mean_log_weights(model, data);
      return 0.3 * with + 0.2 * without;
    };
    Tensor& u = model.connections()[1].weight;
    const double error = std::sqrt((square[i] - sum[i] * sum[i]) / kKeys);
    EXPECT_NEAR(sum[i], testing::slope_of(u, std::int64_t(i) / 2, std::int64_t(i) % 2, objective), 4 * error + 1e-8);
  }
}

TEST(SomeLabels, EveryObjectiveAddsUp) {
  const EnergyModel start = testing::golden_label_rbm();
  using Kind = Objective::Kind;
  const auto gradient = [&](Objective objective) {
    EnergyModel model = start.clone();
    Learner learner;
    learner.objective = objective;
    State data = two_of_four(model);
    LearningState learning = start_learning(ctx(), model, learner, 4);
    learn_step(ctx(), learner, 0, Key{5}, model, data, learning);
    return std::move(learning.gradient);
  };
  const Parameters slope = gradient({.kind = Kind::discriminative, .unlabelled_weight = 0}),
                   unlabelled = gradient({.kind = Kind::discriminative, .unlabelled_weight = 0.2}),
                   joint = gradient({.kind = Kind::generative, .unlabelled_weight = 0}),
                   both = gradient({.kind = Kind::generative, .unlabelled_weight = 0.2}),
                   all = gradient({.kind = Kind::hybrid, .generative_weight = 0.3, .unlabelled_weight = 0.2});
  for (std::size_t c = 0; c < 2; ++c)
    for (std::int64_t i = 0; i < slope.weight[c].rows(); ++i)
      for (std::int64_t j = 0; j < slope.weight[c].cols(); ++j) {
        const double beta = unlabelled.weight[c].at(i, j) - slope.weight[c].at(i, j), alpha = joint.weight[c].at(i, j);
        EXPECT_NEAR(both.weight[c].at(i, j), alpha + beta, 1e-14);
        EXPECT_NEAR(all.weight[c].at(i, j), slope.weight[c].at(i, j) + 0.3 * alpha + beta, 1e-14);
      }
}

TEST(SomeLabels, TheOthersAreNeverAsked) {
  const EnergyModel model = testing::golden_label_rbm();
  Source source;
  source.cases = 11;
  source.labelled = 3;
  std::vector<int> seen(11, 0);
  source.visible = {{[&](Context&, std::span<const std::uint32_t> rows, Key, Matrix) {
    for (const std::uint32_t row : rows) ++seen[row];
  }}};
  source.labels = [](std::span<const std::uint32_t> rows, Matrix y) {
    for (std::size_t r = 0; r < rows.size(); ++r) {
      EXPECT_LT(rows[r], 3u);
      y.as<double>()(std::int64_t(r), std::int64_t(rows[r])) = 1;
    }
  };
  EnergyModel learnt = model.clone();
  Learner learner;
  State data = make_batch(ctx(), model, 4);
  LearningState learning = start_learning(ctx(), model, learner, 4);
  EXPECT_TRUE(fit_epoch(ctx(), learner, source, {.batch = 4, .key = {}}, {}, learnt, data, learning));
  for (std::size_t row = 3; row < 11; ++row) EXPECT_EQ(seen[row], 1);
  EXPECT_EQ(seen[0] + seen[1] + seen[2], 8);
  EXPECT_EQ(source.shown(), 16);
  source.labelled = 11;
  EXPECT_THROW(fit_epoch(ctx(), learner, source, {.batch = 4, .key = {}}, {}, learnt, data, learning), InputError);
}

}  // namespace
}  // namespace deepboltz
