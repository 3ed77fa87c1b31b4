#include "deepboltz/stack/autoencoder.h"

#include <cmath>
#include <functional>

#include "tests/stack/toy_network.h"
#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

#include "deepboltz/learn/pretrain.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/stack/greedy_belief_net.h"
#include "deepboltz/stack/propagate.h"
#include "deepboltz/stack/upward_classifier.h"

namespace deepboltz {
namespace {

Tensor made(std::int64_t rows, std::int64_t cols, const std::function<double(double, double)>& at) {
  Tensor out(DType::f64, rows, cols);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < cols; ++c) out.set(r, c, at(double(r), double(c)));
  return out;
}
Tensor row(std::initializer_list<double> numbers) {
  Tensor out(DType::f64, 1, std::int64_t(numbers.size()));
  std::int64_t c = 0;
  for (const double x : numbers) out.set(0, c++, x);
  return out;
}
NetworkLayer layer(const char* name, Unit unit, Tensor weight, Tensor bias) {
  return {{unit, std::move(weight), std::move(bias)}, name};
}

double slope_at(Network& network, std::size_t parameter, std::int64_t r, std::int64_t c,
                const std::function<void(std::span<const Matrix>)>& gradient) {
  toy::Gradient room(network);
  gradient(room.views);
  return -room.tensors[parameter].at(r, c);
}

// Golden S8 (an autoencoder 3-2-1-2-3).
TEST(GoldenAutoencoder, CodeLossAndGradient) {
  Context ctx;
  const auto w1 = [](double i, double j) { return 0.5 * std::sin(1 + 3 * i + 5 * j); };
  Network network;
  network.layers.push_back(layer("encode1", Bernoulli{}, made(3, 2, w1), row({-0.2, 0.1})));
  network.layers.push_back(
      layer("encode2", Gaussian{}, made(2, 1, [](double i, double) { return i == 0 ? 0.7 : -0.4; }), row({0.1})));
  network.layers.push_back(layer("decode2", Bernoulli{}, row({0.7, -0.4}), row({0.05, -0.2})));
  network.layers.push_back(
      layer("decode1", Bernoulli{}, made(2, 3, [&](double j, double i) { return w1(i, j); }), row({-0.1, 0, 0.1})));
  const Tensor x = row({0.9, 0.2, 0.6});
  const Examples examples{{x}, {}, x};
  Tensor code(DType::f64, 1, 1), output(DType::f64, 1, 3);
  layer_means(ctx, network, code_layer(network), examples, code);
  layer_means(ctx, network, 3, examples, output);
  EXPECT_NEAR(code.at(0, 0), .316647140187, 1e-12);
  EXPECT_NEAR(output.at(0, 0), .520044693571, 1e-12);
  EXPECT_NEAR(output.at(0, 1), .467945946966, 1e-12);
  EXPECT_NEAR(output.at(0, 2), .543388856562, 1e-12);
  const Score measured = score(ctx, network, examples);
  EXPECT_NEAR(measured.loss, 1.998078658873, 1e-12);
  EXPECT_NEAR(measured.squared_error, .219365886941, 1e-12);
  const auto gradient = [&](std::span<const Matrix> out) {
    log_probability_gradient(ctx, network, examples, std::vector<std::uint32_t>{0}, {}, 1, 0, out);
  };
  EXPECT_NEAR(slope_at(network, 0, 0, 1, gradient), .005380977946, 1e-8);
  EXPECT_NEAR(slope_at(network, 2, 1, 0, gradient), -.027870363969, 1e-8);
  EXPECT_NEAR(slope_at(network, 4, 0, 0, gradient), -.021749551114, 1e-8);
  EXPECT_NEAR(slope_at(network, 6, 1, 2, gradient), -.023723114572, 1e-8);
  EXPECT_NEAR(slope_at(network, 3, 0, 0, gradient), -.060105624533, 1e-8);

  const Network single = network.to(DType::f32);
  const Tensor x32 = x.to(DType::f32);
  EXPECT_NEAR(score(ctx, single, {{x32}, {}, x32}).loss, 1.998078658873, 1e-4);
}

// Golden S8: a document of 6 words; its length is one more input, noise of 0.7 on the code.
TEST(GoldenAutoencoder, ADocumentWithNoiseOnItsCode) {
  Context ctx;
  const auto word = [](double k, double j) { return 0.2 * std::sin(1 + k + 3 * j); };
  const double a[] = {0.05, -0.1};
  Network network;
  network.layers.push_back(layer("encode1", Bernoulli{},
                                 made(5, 2, [&](double k, double j) { return k < 4 ? word(k, j) : a[int(j)]; }),
                                 row({0, 0})));
  network.layers.back().extra = 1;
  network.layers.push_back(
      layer("encode2", Bernoulli{}, made(2, 1, [](double i, double) { return i == 0 ? 1.5 : -0.8; }), row({0.3})));
  network.layers.push_back(layer("decode2", Bernoulli{}, row({0.9, -0.6}), row({0.1, 0.2})));
  network.layers.push_back(
      layer("decode1", Counts{}, made(2, 4, [&](double j, double k) { return word(k, j); }), row({0.2, -0.1, 0.3, 0})));
  SparseRows words;
  words.cols = 4;
  words.column = {0, 2, 3};
  words.value = {2, 1, 3};
  words.end_row();
  const Tensor length = row({6});
  const Examples examples{{words, length}, {}, words};
  Presentation presentation;
  presentation.noisy_layer = code_layer(network);
  while (normal(presentation.noise_key, 0, 0) <= 0) presentation.noise_key = presentation.noise_key.fold(1);
  presentation.noise = 0.7 / normal(presentation.noise_key, 0, 0);
  toy::Gradient room(network);
  const Score measured =
      log_probability_gradient(ctx, network, examples, std::vector<std::uint32_t>{0}, presentation, 1, 0, room.views);
  EXPECT_NEAR(measured.loss, 1.401983045924, 1e-7);
  Tensor code(DType::f64, 1, 1);
  layer_means(ctx, network, 1, examples, code);
  EXPECT_NEAR(code.at(0, 0), .698193707807, 1e-7);
  EXPECT_NEAR(-room.tensors[0].at(2, 1), -.000702058634, 1e-8);
  EXPECT_NEAR(-room.tensors[0].at(4, 0), .008449890379, 1e-8);
  EXPECT_NEAR(-room.tensors[2].at(1, 0), .001376644275, 1e-8);
}

// A stack of machines with every unit that may be at the bottom.
std::vector<EnergyModel> machines_over(const Unit& visible, const Unit& top) {
  std::vector<EnergyModel> machines;
  machines.push_back(rbm(6, 5, {.precision = DType::f64, .visible = visible}));
  machines.push_back(rbm(5, 4, {.precision = DType::f64}));
  machines.push_back(rbm(4, 3, {.precision = DType::f64, .hidden = top}));
  std::uint64_t number = 0;
  for (EnergyModel& machine : machines) {
    initialise_weights(machine, 0.7, Key{3}.fold(++number));
    for (Layer& layer : machine.layers())
      for (std::int64_t j = 0; j < layer.units; ++j)
        layer.bias.set(0, j, normal(Key{4}.fold(number).fold(std::uint64_t(layer.role)), 0, std::uint32_t(j)));
  }
  return machines;
}

// Before it learns, the network has the means of the machines, up and down.
TEST(Unrolled, StartsAtTheMeansOfItsMachines) {
  Context ctx;
  for (const Unit& visible : {Unit(Bernoulli{}), Unit(Gaussian{}), Unit(Counts{}), Unit(Softmax{3}), Unit(Spin{})})
    for (const Unit& top : {Unit(Bernoulli{}), Unit(Gaussian{})}) {
      const auto machines = machines_over(visible, top);
      const Network network = unrolled(ctx, machines);
      ASSERT_EQ(network.layers.size(), 6u);
      const bool counts = std::holds_alternative<Counts>(visible);
      Tensor x(DType::f64, 1, 6), length(DType::f64, 1, 1);
      for (std::int64_t i = 0; i < 6; ++i) x.set(0, i, double(i % 3));
      length.set(0, 0, 6);
      Examples examples{{x}, {}};
      if (counts) examples.inputs.emplace_back(length);
      Tensor below = x.clone();
      for (std::size_t l = 0; l < 3; ++l) {
        const EnergyModel& machine = machines[l];
        State state = machine.make_state(ctx, 1);
        for (std::int64_t i = 0; i < below.cols(); ++i) state.x(machine.visible()).as<double>()(0, i) = below.at(0, i);
        const LayerId hidden = *machine.find(Role::hidden);
        double words = 0;
        for (std::int64_t i = 0; i < below.cols(); ++i) words += below.at(0, i);
        Tensor mean(DType::f64, 1, machine.layer(hidden).units), got(DType::f64, 1, mean.cols());
        for (std::int64_t j = 0; j < mean.cols(); ++j) {
          double field = machine.layer(hidden).bias.at(0, j) * (l == 0 && counts ? words : 1);
          for (std::int64_t i = 0; i < below.cols(); ++i)
            field += below.at(0, i) * machine.connections()[0].weight.at(i, j);
          mean.set(0, j, machine.layer(hidden).unit == Unit(Gaussian{}) ? field : 1 / (1 + std::exp(-field)));
        }
        layer_means(ctx, network, l, examples, got);
        EXPECT_LT(toy::largest_difference(got, mean), 1e-12) << l << ' ' << word_of(visible) << ' ' << word_of(top);
        below = std::move(mean);
      }
      for (std::size_t l = 3; l < 6; ++l) {
        const EnergyModel& machine = machines[5 - l];
        State state = machine.make_state(ctx, 1);
        const LayerId hidden = *machine.find(Role::hidden);
        for (std::int64_t j = 0; j < below.cols(); ++j) state.x(hidden).as<double>()(0, j) = below.at(0, j);
        if (l == 5 && counts) state.fill_lengths(1);
        Tensor mean(DType::f64, 1, machine.layer(machine.visible()).units), got(DType::f64, 1, mean.cols());
        mean_layer(ctx, machine, machine.visible(), state, {}, mean);
        layer_means(ctx, network, l, examples, got);
        EXPECT_LT(toy::largest_difference(got, mean), 1e-12) << l << ' ' << word_of(visible) << ' ' << word_of(top);
        below = std::move(mean);
      }
    }
}

TEST(Unrolled, RefusesMachinesThatDoNotFit) {
  Context ctx;
  std::vector<EnergyModel> machines;
  EXPECT_THROW(unrolled(ctx, machines), InputError);
  machines.push_back(rbm(6, 5));
  machines.push_back(rbm(4, 3));
  EXPECT_THROW(unrolled(ctx, machines), InputError);
  machines[1] = rbm(5, 3, {.visible = Gaussian{}});
  EXPECT_THROW(unrolled(ctx, machines), InputError);
  machines[1] = rbm(5, 3, {.hidden = Relu{}});
  EXPECT_THROW(unrolled(ctx, machines), InputError);
}

// The class layer starts at the label layer: the fields of the classes are the label's, from the top's hidden means.
TEST(UpwardClassifier, StartsAtTheLabelLayer) {
  Context ctx;
  std::vector<EnergyModel> machines;
  machines.push_back(rbm(5, 4, {.precision = DType::f64}));
  machines.push_back(rbm(4, 3, {.precision = DType::f64, .classes = 2}));
  for (EnergyModel& machine : machines) initialise_weights(machine, 0.5, Key{1});
  const BeliefNet net = belief_net_from_stages(ctx, machines);
  const Network network = upward_classifier(ctx, net, {.classes = 2, .from_labels = true});
  ASSERT_EQ(network.layers.size(), 3u);
  const Tensor& label = machines[1].connections()[1].weight;
  for (std::int64_t y = 0; y < 2; ++y)
    for (std::int64_t j = 0; j < 3; ++j) EXPECT_EQ(network.layers[2].weight.at(j, y), label.at(y, j));
  EXPECT_THROW(upward_classifier(ctx, belief_net_from_stages(ctx, machines_over(Bernoulli{}, Bernoulli{})),
                                 {.classes = 2, .from_labels = true}),
               InputError);
}

}  // namespace
}  // namespace deepboltz
