#include "deepboltz/stack/propagate.h"

#include <cmath>
#include <numeric>

#include "tests/stack/toy_network.h"
#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

namespace deepboltz {
namespace {

std::vector<std::uint32_t> all_rows(std::int64_t cases) {
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(cases));
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

// One case through the network, number by number: log p of each class.
std::vector<double> log_probabilities(const Network& network, const Examples& cases, std::int64_t row) {
  std::vector<double> below;
  for (std::int64_t c = 0; c < cases.inputs[0].cols(); ++c)
    below.push_back(toy::number(cases.inputs[0].dense, row, c) / 255);
  for (const auto& layer : network.layers) {
    if (layer.extra)
      for (std::int64_t c = 0; c < cases.inputs[*layer.extra].cols(); ++c)
        below.push_back(toy::number(cases.inputs[*layer.extra].dense, row, c));
    std::vector<double> above;
    for (std::int64_t j = 0; j < layer.units(); ++j) {
      double field = layer.bias.at(0, j);
      for (std::size_t i = 0; i < below.size(); ++i) field += below[i] * layer.weight.at(std::int64_t(i), j);
      const double on = 1 / (1 + std::exp(-field));
      above.push_back(std::holds_alternative<Bernoulli>(layer.unit)  ? on
                      : std::holds_alternative<Binomial>(layer.unit) ? 2 * on
                                                                     : field);
    }
    below = above;
  }
  double z = 0;
  for (double logit : below) z += std::exp(logit);
  for (double& logit : below) logit -= std::log(z);
  return below;
}

class Propagate : public ::testing::TestWithParam<DType> {
 protected:
  double tolerance() const { return GetParam() == DType::f64 ? 1e-12 : 1e-5; }
  Context ctx;
};
INSTANTIATE_TEST_SUITE_P(EveryType, Propagate, ::testing::Values(DType::f32, DType::f64));

TEST_P(Propagate, GivesTheClassProbabilitiesOfTheFormula) {
  const Network network = toy::network(GetParam());
  const auto data = toy::data(GetParam(), kCasesAtOnce + 37);  // more than one piece
  Tensor out(GetParam(), data.cases().cases(), toy::kClasses);
  class_log_probabilities(ctx, network, data.cases(), out);
  double loss = 0;
  std::int64_t errors = 0;
  for (std::int64_t r = 0; r < out.rows(); ++r) {
    const auto expected = log_probabilities(network, data.cases(), r);
    for (std::int64_t k = 0; k < toy::kClasses; ++k) ASSERT_NEAR(out.at(r, k), expected[std::size_t(k)], tolerance());
    loss -= expected[data.labels[std::size_t(r)]];
    errors += std::max_element(expected.begin(), expected.end()) - expected.begin() != data.labels[std::size_t(r)];
  }
  const Score measured = score(ctx, network, data.cases());
  EXPECT_NEAR(measured.loss, loss, double(out.rows()) * tolerance());
  EXPECT_EQ(measured.errors, errors);
  EXPECT_EQ(measured.cases, out.rows());
}

TEST(Gradient, IsTheSlopeOfTheLogProbability) {
  Context ctx;
  Network network = toy::network(DType::f64);
  const auto data = toy::data(DType::f64, 6);
  const std::vector<std::uint32_t> rows{5, 0, 3, 4};
  const double scale = 0.5;
  for (const Presentation& presentation : {Presentation{}, Presentation{Binarise::sample, 0.8, 0.7, 0.5, Key{3}},
                                           Presentation{Binarise::none, 1, 1, 0.6, Key{4}}}) {
    toy::Gradient gradient(network), ignored(network);
    log_probability_gradient(ctx, network, data.cases(), rows, presentation, scale, 0, gradient.views);
    const auto value = [&] {
      return -scale *
             log_probability_gradient(ctx, network, data.cases(), rows, presentation, 1, 0, ignored.views).loss;
    };
    const auto parameters = named_parameters(network);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const auto entries = parameters[i].second.as<double>();
      for (std::int64_t r = 0; r < entries.rows; ++r)
        for (std::int64_t c = 0; c < entries.cols; ++c) {
          const double slope = testing::slope_of(entries(r, c), value);
          ASSERT_NEAR(gradient.tensors[i].at(r, c), slope, 1e-8) << parameters[i].first << ' ' << r << ' ' << c;
        }
    }
  }
}

TEST_P(Propagate, TheGradientOfManyCasesIsTheSumOfItsParts) {
  Network network = toy::network(GetParam());
  const auto data = toy::data(GetParam(), 2 * kCasesAtOnce + 11);
  const auto rows = all_rows(data.cases().cases());
  toy::Gradient whole(network), part(network);
  const Presentation presentation{Binarise::sample, 0.8, 1, 0.5, Key{5}};
  const Score score_of_all =
      log_probability_gradient(ctx, network, data.cases(), rows, presentation, 1, 0, whole.views);
  std::vector<Tensor> sum;
  for (const auto& tensor : whole.tensors) sum.emplace_back(DType::f64, tensor.rows(), tensor.cols());
  double loss = 0;
  for (std::size_t first = 0; first < rows.size(); first += 123) {
    const auto piece = std::span(rows).subspan(first, std::min<std::size_t>(123, rows.size() - first));
    loss += log_probability_gradient(ctx, network, data.cases(), piece, presentation, 1, 0, part.views).loss;
    for (std::size_t i = 0; i < sum.size(); ++i)
      for (std::int64_t r = 0; r < sum[i].rows(); ++r)
        for (std::int64_t c = 0; c < sum[i].cols(); ++c) sum[i].set(r, c, sum[i].at(r, c) + part.tensors[i].at(r, c));
  }
  EXPECT_NEAR(score_of_all.loss, loss, double(rows.size()) * tolerance());
  for (std::size_t i = 0; i < sum.size(); ++i)
    EXPECT_LT(toy::largest_difference(sum[i], whole.tensors[i]), double(rows.size()) * tolerance());
}

TEST(Gradient, LeavesTheLayersBelowTheFirstOne) {
  Context ctx;
  Network network = toy::network(DType::f64);
  const auto data = toy::data(DType::f64, 20);
  toy::Gradient all(network), some(network);
  const auto rows = all_rows(20);
  log_probability_gradient(ctx, network, data.cases(), rows, {}, 1, 0, all.views);
  log_probability_gradient(ctx, network, data.cases(), rows, {}, 1, 2, some.views);
  for (std::size_t i = 0; i < all.tensors.size(); ++i)
    EXPECT_TRUE(i < 4 ? toy::largest_difference(some.tensors[i],
                                                Tensor(DType::f64, some.tensors[i].rows(), some.tensors[i].cols())) == 0
                      : toy::same_bits(some.tensors[i], all.tensors[i]));
}

TEST_P(Propagate, KeepingEverythingIsNoDropout) {
  Network network = toy::network(GetParam());
  const auto data = toy::data(GetParam(), 50);
  toy::Gradient plain(network), kept(network);
  const auto rows = all_rows(50);
  log_probability_gradient(ctx, network, data.cases(), rows, {}, 1, 0, plain.views);
  log_probability_gradient(ctx, network, data.cases(), rows, {Binarise::none, 1, 1, 1, Key{8}}, 1, 0, kept.views);
  for (std::size_t i = 0; i < plain.tensors.size(); ++i) EXPECT_TRUE(toy::same_bits(plain.tensors[i], kept.tensors[i]));
}

TEST_P(Propagate, TheLossIsFiniteAtExtremeLogits) {
  Network network;
  network.layers.push_back(random_layer("classes", Softmax{2}, 1, 2, 0, {}, GetParam()));
  network.layers[0].weight.set(0, 0, 1e30);
  network.layers[0].weight.set(0, 1, -1e30);
  const Tensor one = [] {
    Tensor bytes(DType::u8, 2, 1);
    bytes.set(0, 0, 255);
    bytes.set(1, 0, 255);
    return bytes;
  }();
  const std::vector<std::uint32_t> labels{0, 1};
  toy::Gradient gradient(network);
  const Score got = log_probability_gradient(ctx, network, {{one}, labels}, std::vector<std::uint32_t>{0, 1}, {}, 1, 0,
                                             gradient.views);
  EXPECT_NEAR(got.loss / 2e30, 1, 1e-6);  // 0 for the first case, the difference of the logits for the second
  EXPECT_EQ(got.errors, 1);
  EXPECT_EQ(gradient.tensors[0].at(0, 0), -1);  // (1 − 1) + (0 − 1)
  EXPECT_EQ(gradient.tensors[0].at(0, 1), 1);
}

TEST_P(Propagate, BitsDoNotDependOnTheThreads) {
  Network network;
  network.layers.push_back(random_layer("hidden", Bernoulli{}, 90, 210, 0.1, Key{1}, GetParam()));
  network.layers.push_back(random_layer("more", Spin{}, 210, 150, 0.1, Key{2}, GetParam()));
  network.layers.push_back(random_layer("classes", Softmax{10}, 150, 10, 0.1, Key{3}, GetParam()));
  const Tensor input = toy::random_tensor(GetParam(), 700, 90, 1, Key{4});
  std::vector<std::uint32_t> labels;
  for (std::uint32_t r = 0; r < 700; ++r) labels.push_back(r % 10);
  toy::Gradient one(network);
  const auto rows = all_rows(700);
  const Presentation presentation{Binarise::none, 0.8, 1, 0.5, Key{5}};
  const double loss =
      log_probability_gradient(ctx, network, {{input}, labels}, rows, presentation, 1, 0, one.views).loss;
  for (int threads : {2, 3}) {
    Context several(threads);
    toy::Gradient other(network);
    EXPECT_EQ(
        loss,
        log_probability_gradient(several, network, {{input}, labels}, rows, presentation, 1, 0, other.views).loss);
    for (std::size_t i = 0; i < one.tensors.size(); ++i) EXPECT_TRUE(toy::same_bits(one.tensors[i], other.tensors[i]));
  }
}

TEST(Propagate, RefusesWhatDoesNotFit) {
  Context ctx;
  const Network network = toy::network(DType::f32);
  auto data = toy::data(DType::f32, 5);
  EXPECT_NO_THROW(score(ctx, network, data.cases()));
  EXPECT_THROW(score(ctx, network, {{data.pixels}, data.labels}), InputError);
  EXPECT_THROW(score(ctx, network, {{data.features, data.pixels}, data.labels}), InputError);
  EXPECT_THROW(score(ctx, network, {{data.pixels, toy::data(DType::f64, 5).features}, data.labels}), InputError);
  EXPECT_THROW(score(ctx, network, {{data.pixels, toy::data(DType::f32, 6).features}, data.labels}), InputError);
  EXPECT_THROW(require_consistent(network, data.cases(), {Binarise::none, 0, 1, 1, {}}, true), InputError);
  EXPECT_THROW(require_consistent(network, data.cases(), {Binarise::none, 1, 1, 1.5, {}}, true), InputError);
  EXPECT_THROW(require_consistent(network, data.cases(), {Binarise::none, 1, std::nan(""), 1, {}}, true), InputError);
  data.labels[2] = toy::kClasses;
  EXPECT_THROW(score(ctx, network, data.cases()), InputError);
  data.labels.pop_back();
  EXPECT_THROW(score(ctx, network, data.cases()), InputError);
}

// Noise is drawn once a case: the same in every epoch, and of no other case.
TEST(Noise, OfACaseDependsOnItsNumberAlone) {
  Context ctx;
  const auto data = toy::data(DType::f64, 40);
  const Network network = toy::network(DType::f64);
  const auto fields_of = [&](std::span<const std::uint32_t> rows) {
    Presentation presentation;
    presentation.noisy_layer = 3;
    presentation.noise = 2;
    presentation.noise_key = Key{5};
    ScratchScope scope(ctx);
    const Matrix output = forward(ctx, network, 4, data.cases(), rows, presentation, scope).output;
    return std::vector<double>(output.as<double>().row(0), output.as<double>().row(0) + output.cols);
  };
  const std::vector<std::uint32_t> alone{7}, first{7, 3, 9}, other{8};
  EXPECT_EQ(fields_of(alone), fields_of(first));
  EXPECT_NE(fields_of(alone), fields_of(other));
}

}  // namespace
}  // namespace deepboltz
