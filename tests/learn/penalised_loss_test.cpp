// The penalised loss against finite differences of itself and against the score that it is made of.
#include "deepboltz/learn/penalised_loss.h"

#include <numeric>

#include <gtest/gtest.h>

#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

TEST(PenalisedLoss, HasTheGradientOfItsDifferences) {
  Context ctx;
  constexpr double kPenalty = 0.3, kStep = 1e-5;
  Network network;
  network.layers.push_back(random_layer("first", Bernoulli{}, 4, 3, 0.5, Key{1}, DType::f64));
  network.layers.push_back(random_layer("second", Bernoulli{}, 3, 2, 0.5, Key{2}, DType::f64));
  Tensor inputs(DType::f64, 6, 4), targets(DType::f64, 6, 2);
  for (std::int64_t c = 0; c < 6; ++c) {
    for (std::int64_t i = 0; i < 4; ++i) inputs.set(c, i, normal(Key{3}, std::uint32_t(c), std::uint32_t(i)));
    for (std::int64_t k = 0; k < 2; ++k) targets.set(c, k, double((c + k) % 2));
  }
  const Examples examples{.inputs = {inputs}, .labels = {}, .targets = targets};
  const std::vector<std::uint32_t> rows{0, 1, 3, 5};
  for (std::size_t first_layer : {0, 1}) {
    const auto named = named_parameters(network);
    std::vector<Tensor> gradient, other;
    std::vector<Matrix> views, other_views;
    for (const auto& [name, parameter] : named) {
      for (auto* tensors : {&gradient, &other}) tensors->emplace_back(DType::f64, parameter.rows, parameter.cols);
      views.push_back(gradient.back());
      other_views.push_back(other.back());
    }
    Score at, beside;
    const double value = penalised_loss(ctx, network, examples, rows, {}, kPenalty, first_layer, views, at);
    double penalty = 0;
    for (std::size_t i = 2 * first_layer; i < named.size(); ++i) {
      const auto parameter = named[i].second.as<double>();
      for (std::int64_t e = 0; e < parameter.rows * parameter.cols; ++e) {
        if (i % 2 == 0) penalty += kPenalty / 2 * parameter.data[e] * parameter.data[e];
        double difference = 0;
        for (double sign : {1.0, -1.0}) {
          const double before = parameter.data[e];
          parameter.data[e] += sign * kStep;
          difference +=
              sign * penalised_loss(ctx, network, examples, rows, {}, kPenalty, first_layer, other_views, beside);
          parameter.data[e] = before;
        }
        EXPECT_NEAR(views[i].as<double>().data[e], difference / (2 * kStep), 1e-9);
      }
    }
    EXPECT_NEAR(value, at.loss / 4 + penalty, 1e-12);
  }
}

}  // namespace
}  // namespace deepboltz
