// S11: classic dropout at rate ε takes the steps of ours at ε·p², from equal functions at test time. Classic: numbers
// are kept or not, with weights w'; at test time p·w'. Ours: kept numbers are divided by p, with weights w = p·w'.
#include <cmath>

#include "tests/stack/toy_network.h"
#include <gtest/gtest.h>

#include "deepboltz/learn/backprop.h"

namespace deepboltz {
namespace {

constexpr double kKeepInput = 0.8, kKeepHidden = 0.5, kRate = 0.3;
constexpr std::int64_t kCases = 12, kInputs = 6, kExtra = 4;

using Rows = std::vector<std::vector<double>>;

// As the classifier of a deep Boltzmann machine: pixels and a posterior, which is not dropped; two hidden layers.
Network start() {
  Network network;
  for (const auto& [name, unit, fan_in, units] :
       {std::tuple("hidden1", Unit(Bernoulli{}), kInputs + kExtra, std::int64_t(5)),
        {"hidden2", Unit(Bernoulli{}), std::int64_t(5), std::int64_t(7)},
        {"classes", Unit(Softmax{3}), std::int64_t(7), std::int64_t(3)}}) {
    const Key key = Key{5}.fold(network.layers.size());
    network.layers.push_back(random_layer(name, unit, fan_in, units, 0.8, key, DType::f64));
    network.layers.back().bias = toy::random_tensor(DType::f64, 1, units, 0.5, key.fold(1));
  }
  network.layers[0].extra = 1;
  return network;
}

struct Data {
  Tensor pixels = toy::random_tensor(DType::f64, kCases, kInputs, 1, Key{8}),
         posterior = toy::random_tensor(DType::f64, kCases, kExtra, 1, Key{9});
  std::vector<std::uint32_t> labels;

  Data() {
    for (std::uint32_t r = 0; r < kCases; ++r) labels.push_back(r % 3);
  }
  Examples cases() const { return {{pixels, posterior}, labels}; }
};

// What a row of a layer's weight is kept with.
double keep(std::size_t layer, std::int64_t row) { return layer > 0 ? kKeepHidden : row < kInputs ? kKeepInput : 1; }

// The classic form, by hand.
struct Classic {
  std::vector<Rows> weight, velocity;  // the bias is the last row

  explicit Classic(const Network& ours) {
    for (std::size_t k = 0; k < ours.layers.size(); ++k) {
      const NetworkLayer& layer = ours.layers[k];
      Rows rows;
      for (std::int64_t i = 0; i <= layer.weight.rows(); ++i) {
        rows.emplace_back();
        for (std::int64_t j = 0; j < layer.units(); ++j)
          rows.back().push_back(i == layer.weight.rows() ? layer.bias.at(0, j) : layer.weight.at(i, j) / keep(k, i));
      }
      velocity.emplace_back(rows.size(), std::vector<double>(std::size_t(layer.units())));
      weight.push_back(std::move(rows));
    }
  }

  // kept(layer, case, row): 0 or 1.
  template <class Kept> void step(const Data& data, double momentum, Kept kept) {
    std::vector<Rows> gradient;
    for (const Rows& w : weight) gradient.emplace_back(w.size(), std::vector<double>(w[0].size()));
    for (std::int64_t r = 0; r < kCases; ++r) {
      std::vector<std::vector<double>> seen(1), mean;
      for (std::int64_t i = 0; i < kInputs + kExtra; ++i)
        seen[0].push_back(i < kInputs ? data.pixels.at(r, i) * kept(0, r, i) : data.posterior.at(r, i - kInputs));
      for (std::size_t k = 0; k < weight.size(); ++k) {
        std::vector<double> out = weight[k].back();
        for (std::size_t i = 0; i < seen[k].size(); ++i)
          for (std::size_t j = 0; j < out.size(); ++j) out[j] += seen[k][i] * weight[k][i][j];
        double total = 0;
        for (double& f : out) total += f = k + 1 < weight.size() ? 1 / (1 + std::exp(-f)) : std::exp(f);
        if (k + 1 == weight.size())
          for (double& f : out) f /= total;
        mean.push_back(out);
        seen.push_back(out);
        for (std::size_t j = 0; k + 1 < weight.size() && j < out.size(); ++j)
          seen.back()[j] *= kept(k + 1, r, std::int64_t(j));
      }
      std::vector<double> delta;
      for (std::size_t j = 0; j < 3; ++j) delta.push_back(double(j == data.labels[std::size_t(r)]) - mean.back()[j]);
      for (std::size_t k = weight.size(); k-- > 0;) {
        std::vector<double> below(seen[k].size());
        for (std::size_t j = 0; j < delta.size(); ++j) {
          gradient[k].back()[j] += delta[j] / kCases;
          for (std::size_t i = 0; i < seen[k].size(); ++i) {
            gradient[k][i][j] += seen[k][i] * delta[j] / kCases;
            below[i] += weight[k][i][j] * delta[j];
          }
        }
        for (std::size_t i = 0; k > 0 && i < below.size(); ++i)
          below[i] *= kept(k, r, std::int64_t(i)) * mean[k - 1][i] * (1 - mean[k - 1][i]);
        delta = std::move(below);
      }
    }
    for (std::size_t k = 0; k < weight.size(); ++k)
      for (std::size_t i = 0; i < weight[k].size(); ++i)
        for (std::size_t j = 0; j < weight[k][i].size(); ++j) {
          velocity[k][i][j] = momentum * velocity[k][i][j] + (1 - momentum) * kRate * gradient[k][i][j];
          weight[k][i][j] += velocity[k][i][j];
        }
  }
};

BackpropOptions ours() {
  BackpropOptions options;
  options.batch = kCases;
  options.rate.start = kRate * kKeepHidden * kKeepHidden;
  options.input_rate = 2.56;                   // 0.8² of 0.5²
  options.extra_rate = options.bias_rate = 4;  // 1 of 0.5²
  options.dampened = true;
  options.momentum = {.kind = Schedule::Kind::linear, .start = 0.5, .end = 0.99, .epochs = 3};
  options.presentation.keep_input = kKeepInput;
  options.presentation.keep_hidden = kKeepHidden;
  options.key = Key{21};
  return options;
}

void expect_the_classic_steps(const BackpropOptions& options) {
  Context ctx;
  const Data data;
  Network network = start();
  Classic classic(network);
  BackpropState state = start_backprop(options, network);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < kCases; ++r) rows.push_back(r);
  for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
    Presentation shown = options.presentation;
    shown.key = options.key.fold(epoch).fold(1);  // as fit_epoch folds it
    {
      ScratchScope scope(ctx);
      const Activations seen = forward(ctx, network, 3, data.cases(), rows, shown, scope);
      int dropped = 0;
      const auto kept = [&](std::size_t layer, std::int64_t r, std::int64_t i) {
        const double mask = seen.below_mask[layer].as<std::uint8_t>()(r, i);
        dropped += mask == 0;
        return mask;
      };
      classic.step(data, options.momentum.at(double(epoch), 0), kept);
      EXPECT_GT(dropped, 10);
    }
    fit_epoch(ctx, options, data.cases(), network, state);
    for (std::size_t k = 0; k < 3; ++k) {
      const NetworkLayer& layer = network.layers[k];
      for (std::int64_t j = 0; j < layer.units(); ++j) {
        for (std::int64_t i = 0; i < layer.weight.rows(); ++i)
          EXPECT_NEAR(layer.weight.at(i, j), keep(k, i) * classic.weight[k][std::size_t(i)][std::size_t(j)], 1e-13)
              << k << ' ' << i << ' ' << j;
        EXPECT_NEAR(layer.bias.at(0, j), classic.weight[k].back()[std::size_t(j)], 1e-13);
      }
    }
  }
}

TEST(DropoutForms, ClassicAtARateIsOursAtItsKeptSquare) { expect_the_classic_steps(ours()); }

// The same rates, said by layer.
TEST(DropoutForms, FactorsOfLayersAndOfInputsMultiply) {
  BackpropOptions options = ours();
  options.rate.start = kRate;
  options.rate_multipliers = {0.25, 0.25, 0.25};
  expect_the_classic_steps(options);
}

}  // namespace
}  // namespace deepboltz
