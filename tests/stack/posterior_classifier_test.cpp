#include "deepboltz/stack/posterior_classifier.h"

#include <cmath>

#include "tests/stack/toy_network.h"
#include <gtest/gtest.h>

namespace deepboltz {
namespace {

struct Dbm {
  std::vector<Tensor> weights, biases;

  explicit Dbm(const std::vector<std::int64_t>& sizes) {
    for (std::size_t k = 0; k + 1 < sizes.size(); ++k) {
      weights.push_back(toy::random_tensor(DType::f64, sizes[k], sizes[k + 1], 0.5, Key{11}.fold(k)));
      biases.push_back(toy::random_tensor(DType::f64, 1, sizes[k + 1], 0.5, Key{12}.fold(k)));
    }
  }
  Network classifier() const {
    const std::vector<ConstMatrix> w(weights.begin(), weights.end()), b(biases.begin(), biases.end());
    return posterior_classifier(w, b, {.classes = 3, .deviation = 0.1, .key = Key{13}});
  }
  // Posterior means of all hidden layers given v, by mean field to its fixed point; q[0] is v.
  std::vector<std::vector<double>> mean_field(std::vector<double> v) const {
    std::vector<std::vector<double>> q{std::move(v)};
    for (const auto& bias : biases) q.emplace_back(std::size_t(bias.cols()), 0.5);
    for (int sweep = 0; sweep < 500; ++sweep)
      for (std::size_t k = 1; k < q.size(); ++k)
        for (std::size_t j = 0; j < q[k].size(); ++j) {
          double field = biases[k - 1].at(0, std::int64_t(j));
          for (std::size_t i = 0; i < q[k - 1].size(); ++i)
            field += q[k - 1][i] * weights[k - 1].at(std::int64_t(i), std::int64_t(j));
          if (k + 1 < q.size())
            for (std::size_t i = 0; i < q[k + 1].size(); ++i)
              field += q[k + 1][i] * weights[k].at(std::int64_t(j), std::int64_t(i));
          q[k][j] = 1 / (1 + std::exp(-field));
        }
    return q;
  }
};

TEST(PosteriorClassifier, ItsHiddenLayersStartAsThePosteriorMeans) {
  Context ctx;
  for (const auto& sizes : {std::vector<std::int64_t>{6, 4}, {6, 5, 3}, {6, 5, 4, 3}}) {
    const Dbm dbm(sizes);
    const Network network = dbm.classifier();
    const auto q = dbm.mean_field({0, 1, 1, 0.5, 0, 1});
    std::vector<Tensor> inputs;
    for (std::size_t k = 0; k < q.size(); ++k) {
      if (k == 1) continue;
      inputs.emplace_back(DType::f64, 1, std::int64_t(q[k].size()));
      std::copy(q[k].begin(), q[k].end(), inputs.back().as<double>().data);
    }
    ScratchScope scope(ctx);
    const std::vector<std::uint32_t> row{0};
    const Examples cases{{inputs.begin(), inputs.end()}, {}};
    const auto activations = forward(ctx, network, network.layers.size(), cases, row, {}, scope);
    for (std::size_t k = 1; k < q.size(); ++k)
      for (std::size_t j = 0; j < q[k].size(); ++j)
        EXPECT_NEAR(activations.seen[k].as<double>()(0, std::int64_t(j)), q[k][j], 1e-12);
  }
}

TEST(PosteriorClassifier, RefusesShapesThatDoNotFit) {
  Dbm dbm({6, 5, 3});
  dbm.weights[1] = Tensor(DType::f64, 4, 3);
  EXPECT_THROW(dbm.classifier(), InputError);
  Dbm other({6, 5, 3});
  other.biases[0] = Tensor(DType::f64, 1, 4);
  EXPECT_THROW(other.classifier(), InputError);
  other.biases.pop_back();
  EXPECT_THROW(other.classifier(), InputError);
}

}  // namespace
}  // namespace deepboltz
