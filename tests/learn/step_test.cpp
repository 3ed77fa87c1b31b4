#include "deepboltz/learn/step.h"

#include <cmath>

#include "tests/model/golden.h"
#include "tests/model/random_graph.h"
#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

#include "deepboltz/infer/enumerate.h"
#include "deepboltz/learn/centering.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/learn/phases.h"
#include "deepboltz/model/build.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

using testing::fill_normal;

Context& ctx() {
  static Context context(1);
  return context;
}

// Binary patterns as a source: each case is a row.
Source rows_source(const std::vector<std::vector<int>>& rows) {
  Source source;
  source.cases = std::uint32_t(rows.size());
  source.visible = {{[&rows](Context&, std::span<const std::uint32_t> chosen, Key, Matrix out) {
    visit_real(out.dtype, [&](auto real) {
      for (std::size_t r = 0; r < chosen.size(); ++r)
        for (std::int64_t i = 0; i < out.cols; ++i)
          out.as<decltype(real)>()(std::int64_t(r), i) = decltype(real)(rows[chosen[r]][std::size_t(i)]);
    });
  }}};
  return source;
}

State data_state(const EnergyModel& model, const std::vector<std::vector<int>>& rows) {
  State data = make_batch(ctx(), model, std::int64_t(rows.size()));
  std::vector<std::uint32_t> all;
  for (std::uint32_t r = 0; r < rows.size(); ++r) all.push_back(r);
  rows_source(rows).visible.front().states(ctx(), all, {}, data.x(model.visible()));
  return data;
}

double mean_log_p(const EnergyModel& model, const std::vector<std::vector<int>>& rows) {
  State data = data_state(model, rows);
  std::vector<double> given(rows.size());
  exact_log_z_given(ctx(), model, data, {}, given);
  double sum = 0;
  for (double g : given) sum += g;
  return sum / double(rows.size()) - exact_log_z(ctx(), model);
}

// data − model of one case under the exact posterior of an RBM, and exact model expectations.
Parameters exact_gradient(const EnergyModel& model, State& data) {
  infer_posterior(ctx(), model, Learner{}, data);
  Parameters gradient = zero_parameters(model);
  State nothing = model.make_state(ctx(), 1);  // all zeros: contributes nothing to the statistics
  contrast(ctx(), model, data, nothing, gradient);
  const Parameters moments = exact_moments(ctx(), model);
  for (std::size_t l = 0; l < gradient.bias.size(); ++l)
    for (std::int64_t j = 0; j < gradient.bias[l].cols(); ++j)
      gradient.bias[l].set(0, j, gradient.bias[l].at(0, j) - moments.bias[l].at(0, j));
  for (std::size_t c = 0; c < gradient.weight.size(); ++c)
    for (std::int64_t i = 0; i < gradient.weight[c].rows(); ++i)
      for (std::int64_t j = 0; j < gradient.weight[c].cols(); ++j)
        gradient.weight[c].set(i, j, gradient.weight[c].at(i, j) - moments.weight[c].at(i, j));
  return gradient;
}

std::vector<Tensor> data_means(const Parameters& gradient, const EnergyModel& model) {
  const Parameters moments = exact_moments(ctx(), model);
  std::vector<Tensor> means;
  for (std::size_t l = 0; l < gradient.bias.size(); ++l) {
    means.emplace_back(model.precision(), 1, gradient.bias[l].cols());
    for (std::int64_t j = 0; j < means.back().cols(); ++j)
      means.back().set(0, j, gradient.bias[l].at(0, j) + moments.bias[l].at(0, j));
  }
  return means;
}

std::vector<ConstMatrix> views(const std::vector<Tensor>& tensors) {
  std::vector<ConstMatrix> all;
  for (const Tensor& t : tensors) all.push_back(t);
  return all;
}

const std::vector<std::vector<int>> kCase{{1, 0, 1, 1}};  // v* of A-G1

TEST(Gradient, IsThatOfTheLogLikelihoodOnTheGoldenMachine) {
  EnergyModel model = testing::golden_rbm();
  State data = data_state(model, kCase);
  const Parameters gradient = exact_gradient(model, data);
  EXPECT_NEAR(gradient.weight[0].at(0, 0), 0.240440341262, 1e-11);
  EXPECT_NEAR(gradient.weight[0].at(2, 1), 0.400211560199, 1e-11);
  EXPECT_NEAR(gradient.bias[1].at(0, 0), -0.039275392128, 1e-11);
}

TEST(ContrastiveDivergence, CountsDrawsOrTheirMeansAndExpectsTheSame) {
  constexpr int kDraws = 4'000;
  const EnergyModel model = testing::golden_rbm();
  const LayerId hidden = model.ids(Role::hidden).front();
  Learner by_mean, by_draw;
  by_draw.negative.statistics = Negative::Statistics::sample;
  State data = data_state(model, kCase);
  LearningState mean = start_learning(ctx(), model, by_mean, 1), draw = start_learning(ctx(), model, by_draw, 1);
  double sum = 0, squares = 0;
  for (int k = 0; k < kDraws; ++k) {
    const Key key = Key{12}.fold(std::uint64_t(k));
    for (auto [learner, learning] : {std::pair(&by_mean, &mean), std::pair(&by_draw, &draw)}) {
      positive_phase(ctx(), *learner, key, model, data, *learning);
      negative_phase(ctx(), *learner, 0, key, model, data, *learning);
    }
    for (std::int64_t j = 0; j < model.layer(hidden).units; ++j) {
      const double x = draw.chains.x(hidden).as<double>()(0, j);
      EXPECT_TRUE(x == 0 || x == 1);
    }
    const double difference = draw.gradient.weight[0].at(0, 0) - mean.gradient.weight[0].at(0, 0);
    sum += difference;
    squares += difference * difference;
  }
  EXPECT_GT(squares, 0);
  EXPECT_LT(std::abs(sum), 5 * std::sqrt(squares));
}

TEST(EnhancedGradient, MatchesTheGoldenValue) {
  EnergyModel model = testing::golden_rbm();
  State data = data_state(model, kCase);
  Parameters gradient = exact_gradient(model, data);
  std::vector<Tensor> middle = data_means(gradient, model);
  for (std::size_t l = 0; l < middle.size(); ++l)
    for (std::int64_t j = 0; j < middle[l].cols(); ++j)
      middle[l].set(0, j, middle[l].at(0, j) - 0.5 * gradient.bias[l].at(0, j));
  recentre(ctx(), model, views(middle), gradient);
  EXPECT_NEAR(gradient.weight[0].at(0, 0), 0.029276493971, 1e-11);
}

TEST(Centering, MovesOffsetsWithoutMovingTheDistribution) {
  const std::int64_t hidden[] = {3, 2};
  EnergyModel model = dbm(4, hidden, {.precision = DType::f64, .classes = 3});
  testing::randomise(model, 1.0, {5});
  State data = data_state(model, {{1, 0, 1, 1}, {0, 0, 1, 0}});
  data.unclamp(*model.find(Role::label));
  std::vector<double> before(2), after(2);
  exact_log_z_given(ctx(), model, data, {}, before);
  const double log_z = exact_log_z(ctx(), model);
  for (int step = 0; step < 3; ++step) {
    std::vector<Tensor> means;
    for (const Layer& layer : model.layers()) {
      means.emplace_back(DType::f64, 1, layer.units);
      for (std::int64_t u = 0; u < layer.units; ++u)
        means.back().set(0, u, double(uniform(Key{9}.fold(step), std::uint32_t(u), 0)));
    }
    move_offsets(ctx(), 0.3, views(means), model);
  }
  exact_log_z_given(ctx(), model, data, {}, after);
  EXPECT_NEAR(exact_log_z(ctx(), model), log_z, 1e-12);
  for (int r = 0; r < 2; ++r) EXPECT_NEAR(after[std::size_t(r)], before[std::size_t(r)], 1e-12);
}

// log-likelihood along −2ε … 2ε of a direction given as a change of (centred) parameters
TEST(Centering, GradientIsTheSlopeInCentredParameters) {
  EnergyModel model = testing::golden_rbm();
  std::vector<Tensor> offsets;
  for (Layer& layer : model.layers()) {
    layer.offset = Tensor(DType::f64, 1, layer.units);
    for (std::int64_t u = 0; u < layer.units; ++u) layer.offset.set(0, u, 0.2 + 0.15 * double(u));
    offsets.push_back(layer.offset.clone());
  }
  State data = data_state(model, kCase);
  Parameters gradient = exact_gradient(model, data);
  recentre(ctx(), model, views(offsets), gradient);
  for (const auto& [i, j] : {std::pair{0, 0}, {1, 2}, {3, 1}}) {
    Tensor& w = model.connections()[0].weight;
    EXPECT_NEAR(gradient.weight[0].at(i, j), testing::slope_of(w, i, j, [&] { return mean_log_p(model, kCase); }),
                1e-8);
  }
}

// One step of each learner on bits and on flipped bits, from machines that are each other's mirror image.
TEST(Centering, LearnsTheSameFromFlippedBits) {
  const std::vector<std::vector<int>> bits{{1, 0, 1, 1}, {1, 1, 0, 1}, {1, 0, 0, 1}};
  auto flipped = bits;
  for (auto& row : flipped) row[0] = 1 - row[0];
  EnergyModel model = testing::golden_rbm(), mirror = testing::golden_rbm();
  Tensor& w = mirror.connections()[0].weight;
  for (std::int64_t j = 0; j < w.cols(); ++j) {
    mirror.layers()[1].bias.set(0, j, mirror.layers()[1].bias.at(0, j) + w.at(0, j));
    w.set(0, j, -w.at(0, j));
  }
  mirror.layers()[0].bias.set(0, 0, -mirror.layers()[0].bias.at(0, 0));
  State data = data_state(model, bits), mirrored = data_state(mirror, flipped);
  const auto enhanced = [&](EnergyModel& m, State& d) {
    Parameters g = exact_gradient(m, d);
    std::vector<Tensor> middle = data_means(g, m);
    for (std::size_t l = 0; l < middle.size(); ++l)
      for (std::int64_t j = 0; j < middle[l].cols(); ++j)
        middle[l].set(0, j, middle[l].at(0, j) - 0.5 * g.bias[l].at(0, j));
    recentre(ctx(), m, views(middle), g);
    return g;
  };
  const Parameters a = enhanced(model, data), b = enhanced(mirror, mirrored), plain = exact_gradient(model, data),
                   plain_mirror = exact_gradient(mirror, mirrored);
  for (std::int64_t j = 0; j < 3; ++j) {
    EXPECT_NEAR(a.weight[0].at(0, j), -b.weight[0].at(0, j), 1e-12);
    EXPECT_NEAR(a.weight[0].at(2, j), b.weight[0].at(2, j), 1e-12);
    EXPECT_GT(std::abs(plain.weight[0].at(2, j) - plain_mirror.weight[0].at(2, j)) +
                  std::abs(plain.weight[0].at(0, j) + plain_mirror.weight[0].at(0, j)),
              1e-3)
        << "the plain gradient does not commute with the flip";
  }
}

TEST(ContrastiveDivergence, ApproachesTheGradientAsSweepsGrow) {
  EnergyModel start = testing::golden_rbm();
  constexpr std::int64_t kCopies = 20'000;
  std::vector<std::vector<int>> rows(kCopies, kCase[0]);
  State one = data_state(start, kCase);
  const Parameters exact = exact_gradient(start, one);
  Learner learner;
  learner.negative = {.kind = Negative::Kind::from_data, .sweeps = 60};
  learner.rate = {.kind = Schedule::Kind::constant, .start = 1};
  learner.momentum = {.kind = Schedule::Kind::constant, .start = 0};
  EnergyModel model = start.clone();
  LearningState learning = start_learning(ctx(), model, learner, kCopies);
  State data = data_state(model, rows);
  learn_step(ctx(), learner, 0, {3}, model, data, learning);
  const double tolerance = 4 * 0.5 / std::sqrt(double(kCopies));  // 4 standard errors of the mean of a number in [0, 1]
  for (std::int64_t i = 0; i < 4; ++i)
    for (std::int64_t j = 0; j < 3; ++j)
      EXPECT_NEAR(learning.gradient.weight[0].at(i, j), exact.weight[0].at(i, j), tolerance);
}

// Stochastic approximation with decaying rates on a 4-3-2 machine ends at the exact maximum of the likelihood. With
// mean field in the positive phase it is the bound that is maximised; on data this small the two are close.
TEST(StochasticApproximation, ReachesTheMaximumLikelihood) {
  const std::vector<std::vector<int>> rows{{1, 1, 0, 0}, {1, 1, 0, 0}, {0, 0, 1, 1}, {0, 1, 1, 1}};
  const std::int64_t hidden[] = {3, 2};
  EnergyModel sap = dbm(4, hidden, {.precision = DType::f64, .classes = 0});
  initialise_weights(sap, 0.1, {2});
  EnergyModel exact = sap.clone();
  constexpr double kDecay = 0.05;  // keeps the maximum finite

  Learner learner;
  learner.mean_field = {.sweeps = 100, .tolerance = 1e-10, .damping = 0};
  learner.negative = {.kind = Negative::Kind::persistent, .sweeps = 5, .chains = 500};
  learner.rate = {.kind = Schedule::Kind::linear, .start = 0.2, .end = 0, .epochs = 1'500};
  learner.momentum = {.kind = Schedule::Kind::constant, .start = 0};
  learner.decay = {.l2 = kDecay, .l1 = 0};
  const Source source = rows_source(rows);
  LearningState learning = start_learning(ctx(), sap, learner, 4);
  State data = make_batch(ctx(), sap, 4);
  while (learning.epoch < 1'500) fit_epoch(ctx(), learner, source, {.batch = 4, .key = {8}}, {}, sap, data, learning);

  for (int step = 0; step < 3'000; ++step) {  // the same objective with exact expectations of the model
    State batch = data_state(exact, rows);
    bottom_up(ctx(), exact, batch);
    mean_field(ctx(), exact, learner.mean_field, batch);
    Parameters gradient = zero_parameters(exact);
    State nothing = exact.make_state(ctx(), 1);
    contrast(ctx(), exact, batch, nothing, gradient);
    const Parameters moments = exact_moments(ctx(), exact);
    for (std::size_t l = 0; l < 3; ++l)
      for (std::int64_t j = 0; j < exact.layers()[l].units; ++j)
        exact.layers()[l].bias.set(
            0, j, exact.layers()[l].bias.at(0, j) + 0.2 * (gradient.bias[l].at(0, j) - moments.bias[l].at(0, j)));
    for (std::size_t c = 0; c < 2; ++c) {
      Tensor& w = exact.connections()[c].weight;
      for (std::int64_t i = 0; i < w.rows(); ++i)
        for (std::int64_t j = 0; j < w.cols(); ++j)
          w.set(i, j,
                w.at(i, j) + 0.2 * (gradient.weight[c].at(i, j) - moments.weight[c].at(i, j) - kDecay * w.at(i, j)));
    }
  }
  EXPECT_NEAR(mean_log_p(sap, rows), mean_log_p(exact, rows), 1e-2);
}

TEST(Learning, OfAOneLayerMachineIsThatOfAnRbm) {
  const std::int64_t hidden[] = {3};
  EnergyModel deep = dbm(4, hidden), flat = rbm(4, 3);
  const std::vector<std::vector<int>> rows{{1, 1, 0, 0}, {0, 0, 1, 1}, {1, 0, 1, 0}};
  Learner learner;
  learner.negative = {.kind = Negative::Kind::persistent, .chains = 5};
  for (EnergyModel* model : {&deep, &flat}) {
    initialise_weights(*model, 0.1, {4});
    LearningState learning = start_learning(ctx(), *model, learner, 2);
    State data = make_batch(ctx(), *model, 2);
    while (learning.epoch < 3)
      fit_epoch(ctx(), learner, rows_source(rows), {.batch = 2, .key = {8}}, {}, *model, data, learning);
  }
  for (std::int64_t i = 0; i < 4; ++i)
    for (std::int64_t j = 0; j < 3; ++j)
      EXPECT_EQ(deep.connections()[0].weight.at(i, j), flat.connections()[0].weight.at(i, j));
}

TEST(Learning, NamesTheTensorThatStopsBeingFinite) {
  EnergyModel model = testing::golden_rbm();
  Learner learner;
  LearningState learning = start_learning(ctx(), model, learner, 1);
  State data = data_state(model, kCase);
  model.connections()[0].weight.set(1, 1, std::numeric_limits<double>::quiet_NaN());
  try {
    learn_step(ctx(), learner, 0, {1}, model, data, learning);
    FAIL() << "a NaN went unnoticed";
  } catch (const NumericalError& error) {
    EXPECT_NE(std::string(error.what()).find("update 1"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("'hidden1'"), std::string::npos) << error.what();
  }
}

TEST(Learner, RefusesValuesOutOfRange) {
  const EnergyModel model = testing::golden_rbm();
  const auto refuses = [&](auto&& change) {
    Learner learner;
    change(learner);
    EXPECT_THROW(require_learner(learner, model), InputError);
  };
  refuses([](Learner& l) { l.negative.sweeps = 0; });
  refuses([](Learner& l) { l.negative = {.kind = Negative::Kind::persistent, .chains = 0}; });
  refuses([](Learner& l) { l.rate.start = 0; });
  refuses([](Learner& l) { l.rate.start = -1; });
  refuses([](Learner& l) { l.momentum.start = 1; });
  refuses([](Learner& l) { l.decay.l2 = -1; });
  refuses([](Learner& l) { l.sparsity = {{.target = 0, .cost = 1}}; });
  refuses([](Learner& l) { l.sparsity = {{.target = 0.1, .cost = 1}, {.target = 0.1, .cost = 1}}; });
  refuses([](Learner& l) { l.centering.rate = 0; });
  const std::int64_t hidden[] = {2, 2};
  EXPECT_THROW(require_learner({}, dbm(3, hidden)), InputError) << "contrastive divergence has no exact posterior here";
}

// Sparsity and centering too: every piece of LearningState matters to what comes next.
Learner busy_learner() {
  Learner learner;
  learner.negative = {.kind = Negative::Kind::persistent, .sweeps = 2, .chains = 37};
  learner.momentum = {.kind = Schedule::Kind::step, .start = 0.5, .end = 0.9, .epochs = 1};
  learner.decay = {.l2 = 1e-3, .l1 = 1e-5};
  learner.max_norm = 3;
  learner.sparsity = {{0.2, 0.01}, {0.1, 0.01}};
  learner.centering.kind = Centering::Kind::offsets;
  return learner;
}

TEST(Learning, GivesTheSameBitsOnAnyNumberOfThreads) {
  const std::int64_t hidden[] = {150, 90};
  std::vector<std::vector<int>> rows(130, std::vector<int>(200));
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t i = 0; i < 200; ++i) rows[r][i] = uniform(Key{6}, std::uint32_t(r), std::uint32_t(i)) < 0.3f;
  std::vector<std::vector<double>> results;
  for (int threads : {1, 2, 3}) {
    Context context(threads);
    EnergyModel model = dbm(200, hidden);
    initialise_weights(model, 0.1, {4});
    const Learner learner = busy_learner();
    LearningState learning = start_learning(context, model, learner, 50);
    State data = make_batch(context, model, 50);
    while (learning.epoch < 2)
      fit_epoch(context, learner, rows_source(rows), {.batch = 50, .key = {8}}, {}, model, data, learning);
    std::vector<double>& numbers = results.emplace_back();
    for (const Connection& c : model.connections())
      for (std::int64_t i = 0; i < c.weight.rows(); ++i)
        for (std::int64_t j = 0; j < c.weight.cols(); ++j) numbers.push_back(c.weight.at(i, j));
  }
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

}  // namespace
}  // namespace deepboltz
