#include "deepboltz/learn/backprop.h"

#include <cmath>
#include <limits>

#include "tests/stack/toy_network.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/reduce.h"

namespace deepboltz {
namespace {

BackpropOptions options_of(Optimizer optimizer) {
  BackpropOptions options;
  options.optimizer = optimizer;
  options.batch = optimizer == Optimizer::conjugate_gradients ? 60 : 20;
  options.rate.start = optimizer == Optimizer::adam ? 0.01 : 0.1;
  options.key = Key{21};
  return options;
}

class Backprop : public testing::TestWithParam<Optimizer> {
 protected:
  BackpropOptions options() const { return options_of(GetParam()); }
  Context ctx;
};
INSTANTIATE_TEST_SUITE_P(EveryOptimizer, Backprop,
                         testing::Values(Optimizer::momentum, Optimizer::adam, Optimizer::conjugate_gradients));

// Three classes, each a pattern of bright pixels with noise; separable.
toy::Data separable(DType dtype, std::int64_t cases) {
  auto data = toy::data(dtype, cases);
  for (std::int64_t r = 0; r < cases; ++r) {
    const auto label = std::uint32_t(r % 3);
    data.labels[std::size_t(r)] = label;
    for (std::int64_t c = 0; c < toy::kPixels; ++c)
      data.pixels.set(
          r, c, double(below(Key{31}.fold(std::uint64_t(c)), std::uint64_t(r), 100) + (c % 3 == label ? 150 : 0)));
  }
  return data;
}

// Everything that the option list offers at once.
BackpropOptions busy(Optimizer optimizer) {
  auto options = options_of(optimizer);
  options.batch = 32;
  options.output_only_epochs = 1;
  options.rate = {.kind = Schedule::Kind::geometric, .start = 0.1, .end = 0.05, .epochs = 5};
  options.l2 = 1e-3;
  options.max_norm = 2;
  options.rate_multipliers = {0.1, 0.5, 1, 1};
  options.presentation = {Binarise::sample, 0.8, 0.9, 0.5, {}};
  return options;
}

TEST_P(Backprop, LearnsWhatCanBeSeparated) {
  Network network = toy::network(DType::f32);
  const auto data = separable(DType::f32, 120);
  auto state = start_backprop(options(), network);
  EpochResult first, last;
  for (int epoch = 0; epoch < 60; ++epoch) {
    last = fit_epoch(ctx, options(), data.cases(), network, state);
    if (epoch == 0) first = last;
  }
  EXPECT_EQ(last.score.cases, 120);
  EXPECT_LT(last.score.loss, 0.1 * first.score.loss);
  EXPECT_EQ(score(ctx, network, data.cases()).errors, 0);
}

TEST_P(Backprop, ResumedEqualsNeverStopped) {
  const auto data = separable(DType::f32, 150);
  Network straight = toy::network(DType::f32);
  auto state = start_backprop(busy(GetParam()), straight);
  std::vector<double> losses;
  std::vector<std::int64_t> evaluations;
  for (int epoch = 0; epoch < 4; ++epoch) {
    const EpochResult result = fit_epoch(ctx, busy(GetParam()), data.cases(), straight, state);
    losses.push_back(result.score.loss);
    evaluations.push_back(result.evaluations);
    if (GetParam() == Optimizer::conjugate_gradients)
      EXPECT_GE(result.evaluations, 5 * (1 + 3));  // each batch begins with one, and a line search has one at least
    else
      EXPECT_EQ(result.evaluations, 5);
  }

  for (std::int64_t stop : {1, 3, 7, 12, 19}) {  // batches, of 5 an epoch
    Network network = toy::network(DType::f32);
    auto until = start_backprop(busy(GetParam()), network);
    while (until.step < stop)
      fit_epoch(ctx, busy(GetParam()), data.cases(), network, until,
                [&](std::int64_t, std::int64_t) { return until.step < stop; });
    ASSERT_EQ(until.step, stop);

    // Saved and restored: tensors by name, numbers by value.
    Network restored = network.clone();
    auto resumed = start_backprop(busy(GetParam()), restored);
    const auto from = named_tensors(network, until), to = named_tensors(restored, resumed);
    ASSERT_EQ(from.size(), to.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
      ASSERT_EQ(from[i].first, to[i].first);
      scale_add(ctx, 1, from[i].second, 0, to[i].second);
    }
    resumed.epoch = until.epoch;
    resumed.batch = until.batch;
    resumed.step = until.step;
    resumed.full_steps = until.full_steps;
    resumed.evaluations = until.evaluations;
    resumed.score = until.score;
    Context three(3);
    while (resumed.epoch < 4) {
      const auto epoch = std::size_t(resumed.epoch);
      const EpochResult result = fit_epoch(three, busy(GetParam()), data.cases(), restored, resumed);
      EXPECT_EQ(result.score.loss, losses[epoch]);
      EXPECT_EQ(result.evaluations, evaluations[epoch]);
    }
    EXPECT_TRUE(toy::same_bits(straight, restored)) << "stopped after batch " << stop;
  }
}

TEST_P(Backprop, BitsDoNotDependOnTheThreads) {
  Network start;
  start.layers.push_back(random_layer("hidden", Bernoulli{}, 120, 300, 0.1, Key{1}));
  start.layers.push_back(random_layer("classes", Softmax{10}, 300, 10, 0.1, Key{2}));
  const Tensor input = toy::random_tensor(DType::f32, 600, 120, 1, Key{3});
  std::vector<std::uint32_t> labels;
  for (std::uint32_t r = 0; r < 600; ++r) labels.push_back(r % 10);
  auto options = busy(GetParam());
  options.rate_multipliers.clear();
  options.output_only_epochs = 0;
  options.batch = 300;
  Network one = start.clone();
  auto state = start_backprop(options, one);
  const double loss = fit_epoch(ctx, options, {{input}, labels}, one, state).score.loss;
  for (int threads : {2, 3}) {
    Context several(threads);
    Network other = start.clone();
    auto its_state = start_backprop(options, other);
    EXPECT_EQ(loss, fit_epoch(several, options, {{input}, labels}, other, its_state).score.loss);
    EXPECT_TRUE(toy::same_bits(one, other));
  }
}

TEST_P(Backprop, OutputOnlyEpochsLeaveTheOtherLayers) {
  auto options = busy(GetParam());
  options.output_only_epochs = 2;
  const auto data = separable(DType::f32, 64);
  Network network = toy::network(DType::f32);
  const Network start = network.clone();
  auto state = start_backprop(options, network);
  const auto moved = [&](std::size_t k) {
    return !toy::same_bits(network.layers[k].weight, start.layers[k].weight) &&
           !toy::same_bits(network.layers[k].bias, start.layers[k].bias);
  };
  for (int epoch = 0; epoch < 2; ++epoch) {
    fit_epoch(ctx, options, data.cases(), network, state);
    for (std::size_t k = 0; k < 4; ++k) EXPECT_EQ(moved(k), k == 3);
  }
  fit_epoch(ctx, options, data.cases(), network, state);
  for (std::size_t k = 0; k < 4; ++k) EXPECT_TRUE(moved(k));
}

// Logistic regression with a penalty is convex: all optimizers end where the gradient is l2·w.
TEST_P(Backprop, ThePenaltyHoldsTheWeightsWhereItBalancesTheGradient) {
  auto options = this->options();
  options.batch = 30;
  options.l2 = 0.05;
  if (GetParam() == Optimizer::adam)
    options.rate = {.kind = Schedule::Kind::geometric, .start = 0.05, .end = 3e-5, .epochs = 1'500};  // as its steps
  Network network;
  network.layers.push_back(random_layer("classes", Softmax{3}, toy::kPixels, 3, 0.3, Key{5}, DType::f64));
  auto data = separable(DType::f64, 30);
  for (std::size_t r = 0; r < 30; r += 4) data.labels[r] = (data.labels[r] + 1) % 3;
  const Examples cases{{data.pixels}, data.labels};
  auto state = start_backprop(options, network);
  for (int epoch = 0; epoch < 1500; ++epoch) fit_epoch(ctx, options, cases, network, state);

  toy::Gradient gradient(network);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < 30; ++r) rows.push_back(r);
  log_probability_gradient(ctx, network, cases, rows, {}, 1.0 / 30, 0, gradient.views);
  for (std::int64_t r = 0; r < toy::kPixels; ++r)
    for (std::int64_t c = 0; c < 3; ++c)
      EXPECT_NEAR(gradient.tensors[0].at(r, c), options.l2 * network.layers[0].weight.at(r, c), 1e-6);
  for (std::int64_t c = 0; c < 3; ++c) EXPECT_NEAR(gradient.tensors[1].at(0, c), 0, 1e-6);
}

TEST_P(Backprop, MaxNormBoundsTheColumnsAndIsIdempotent) {
  auto options = this->options();
  options.max_norm = 0.5;
  const auto data = separable(DType::f32, 60);
  Network network = toy::network(DType::f32);
  auto state = start_backprop(options, network);
  fit_epoch(ctx, options, data.cases(), network, state);
  for (auto& layer : network.layers) {
    EXPECT_LE(largest_column_norm(ctx, layer.weight), 0.5 + 1e-6);
    const Tensor once = layer.weight.clone();
    limit_column_norms(ctx, 0.5, layer.weight);
    EXPECT_LT(toy::largest_difference(layer.weight, once), 1e-7);
  }
}

TEST_P(Backprop, ANumberThatIsNotFiniteEndsTheStep) {
  const auto data = separable(DType::f32, 60);
  Network network = toy::network(DType::f32);
  network.layers[1].weight.set(2, 3, std::numeric_limits<double>::quiet_NaN());
  auto state = start_backprop(options(), network);
  try {
    fit_epoch(ctx, options(), data.cases(), network, state);
    FAIL() << "trained on";
  } catch (const NumericalError& error) {
    EXPECT_STREQ(error.what(), "backprop: step 1: the loss is not finite");
  }
  EXPECT_EQ(state.step, 0);
}

TEST(BackpropMomentum, EachEpochIsPresentedWithNoiseOfItsOwn) {
  Context ctx;
  auto options = options_of(Optimizer::momentum);
  options.rate.start = 0;  // only the presentation can change the score
  const auto data = separable(DType::f32, 60);
  const auto losses = [&] {
    Network network = toy::network(DType::f32);
    auto state = start_backprop(options, network);
    const double first = fit_epoch(ctx, options, data.cases(), network, state).score.loss;
    return std::pair(first, fit_epoch(ctx, options, data.cases(), network, state).score.loss);
  };
  const auto plain = losses();
  EXPECT_NEAR(plain.first, plain.second, 1e-3);
  for (const Presentation& noise :
       {Presentation{Binarise::sample, 1, 1, 1, {}}, Presentation{Binarise::none, 0.8, 1, 1, {}},
        Presentation{Binarise::none, 1, 0.8, 1, {}}, Presentation{Binarise::none, 1, 1, 0.5, {}}}) {
    options.presentation = noise;
    const auto noisy = losses();
    EXPECT_GT(std::abs(noisy.first - noisy.second), 0.01);
    EXPECT_GT(std::abs(noisy.first - plain.first), 0.01);
    EXPECT_EQ(noisy, losses());
  }
}

TEST(BackpropMomentum, NamesTheTensorThatOverflows) {
  Context ctx;
  auto options = options_of(Optimizer::momentum);
  options.rate.start = 1e38;
  options.rate_multipliers = {0, 0, 0, 1000};
  const auto data = separable(DType::f32, 60);
  Network network = toy::network(DType::f32);
  auto state = start_backprop(options, network);
  try {
    fit_epoch(ctx, options, data.cases(), network, state);
    FAIL() << "trained on";
  } catch (const NumericalError& error) {
    EXPECT_STREQ(error.what(), "backprop: step 1: 'classes.weight' is not finite");
  }
}

TEST(BackpropMomentum, IsTheFormulaStepByStep) {
  Context ctx;
  auto options = options_of(Optimizer::momentum);
  options.batch = 40;  // one step an epoch
  options.rate = {.kind = Schedule::Kind::geometric, .start = 0.1, .end = 0.1 / 8, .epochs = 3};
  options.momentum.epochs = 2;
  options.rate_multipliers = {0.1, 0, 1, 2};
  const auto data = separable(DType::f64, 40);
  Network network = toy::network(DType::f64), reference = toy::network(DType::f64);
  auto state = start_backprop(options, network);
  toy::Gradient gradient(reference), velocity(reference);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < 40; ++r) rows.push_back(r);
  const double momenta[] = {0.5, 0.7, 0.9, 0.9}, rates[] = {0.1, 0.05, 0.025, 0.0125};
  for (int epoch = 0; epoch < 4; ++epoch) {
    fit_epoch(ctx, options, data.cases(), network, state);
    log_probability_gradient(ctx, reference, data.cases(), rows, {}, 1.0 / 40, 0, gradient.views);
    const auto parameters = named_parameters(reference);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      scale_add(ctx, rates[epoch] * options.rate_multipliers[i / 2], gradient.views[i], momenta[epoch],
                velocity.views[i]);
      scale_add(ctx, 1, velocity.views[i], 1, parameters[i].second);
    }
  }
  const auto got = named_parameters(network), expected = named_parameters(reference);
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_LT(toy::largest_difference(got[i].second, expected[i].second), 1e-12) << got[i].first;
  EXPECT_TRUE(toy::same_bits(network.layers[1].weight, toy::network(DType::f64).layers[1].weight));
}

TEST(BackpropAdam, TheFirstStepOfALayerThatStoodStillIsARate) {
  Context ctx;
  auto options = options_of(Optimizer::adam);
  options.batch = 60;
  options.output_only_epochs = 3;
  const auto data = separable(DType::f64, 60);
  Network network = toy::network(DType::f64);
  const Network start = network.clone();
  auto state = start_backprop(options, network);
  for (int epoch = 0; epoch < 4; ++epoch) fit_epoch(ctx, options, data.cases(), network, state);
  EXPECT_EQ(state.step, 4);
  EXPECT_EQ(state.full_steps, 1);
  EXPECT_NEAR(toy::largest_difference(network.layers[0].weight, start.layers[0].weight), options.rate.start,
              1e-4 * options.rate.start);
}

TEST(BackpropState, OfAnotherOptimizerIsRefused) {
  Context ctx;
  const auto data = separable(DType::f32, 20);
  Network network = toy::network(DType::f32);
  auto state = start_backprop(options_of(Optimizer::adam), network);
  EXPECT_THROW(fit_epoch(ctx, options_of(Optimizer::momentum), data.cases(), network, state), InputError);
  auto options = options_of(Optimizer::adam);
  options.rate_multipliers = {1, 1};
  EXPECT_THROW(fit_epoch(ctx, options, data.cases(), network, state), InputError);
  options = options_of(Optimizer::adam);
  options.batch = 0;
  EXPECT_THROW(fit_epoch(ctx, options, data.cases(), network, state), InputError);
}

// One step of the whole set, momentum of 0.5: how far each parameter moves.
std::vector<Tensor> one_step(const BackpropOptions& changed) {
  Context ctx;
  const auto data = separable(DType::f64, 60);
  Network network = toy::network(DType::f64), before = network.clone();
  auto state = start_backprop(changed, network);
  fit_epoch(ctx, changed, data.cases(), network, state);
  std::vector<Tensor> moved;
  const auto now = named_parameters(network), then = named_parameters(before);
  for (std::size_t i = 0; i < now.size(); ++i) {
    moved.emplace_back(DType::f64, now[i].second.rows, now[i].second.cols);
    for (std::int64_t r = 0; r < now[i].second.rows; ++r)
      for (std::int64_t c = 0; c < now[i].second.cols; ++c)
        moved.back().set(r, c, now[i].second.as<double>()(r, c) - then[i].second.as<double>()(r, c));
  }
  return moved;
}

TEST(Rates, OfInputsExtraInputsAndBiasesAreFactors) {
  BackpropOptions options = options_of(Optimizer::momentum);
  options.batch = 60;
  options.momentum = {.start = 0.5};
  const auto plain = one_step(options);
  options.input_rate = 2;
  options.extra_rate = 3;
  options.bias_rate = 4;
  options.dampened = true;
  const auto changed = one_step(options);
  constexpr double kDampened = 0.5;
  for (std::size_t i = 0; i < plain.size(); ++i)
    for (std::int64_t r = 0; r < plain[i].rows(); ++r) {
      const bool input = i == 0 && r < toy::kPixels, extra = (i == 0 && r >= toy::kPixels) || (i == 4 && r >= 8);
      const double factor = kDampened * (i % 2 == 1 ? 4 : input ? 2 : extra ? 3 : 1);
      for (std::int64_t c = 0; c < plain[i].cols(); ++c)
        EXPECT_NEAR(changed[i].at(r, c), factor * plain[i].at(r, c), 1e-12) << i << ' ' << r << ' ' << c;
    }
}

}  // namespace
}  // namespace deepboltz
