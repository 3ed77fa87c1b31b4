#include "deepboltz/task/posterior.h"

#include "tests/task/toy_machine.h"
#include <gtest/gtest.h>

#include "deepboltz/base/numeric.h"
#include "deepboltz/task/classify.h"

namespace deepboltz {
namespace {

TEST(Posterior, IsExactInAnRbm) {
  Context ctx(2);
  const EnergyModel machine = toy::random_dbm({3}, 4, 0, 1.5, Key{3});
  const Tensor cases = toy::matrix({{1, 0, 1, 1}, {0, 0, 0, 0}, {1, 1, 0, 1}});
  const LayerId hidden = *machine.find("hidden1");
  const auto means = posterior_means(ctx, machine, cases, {&hidden, 1}, {.batch = 2});
  for (std::int64_t r = 0; r < 3; ++r) {
    const auto exact = toy::exact_means(machine, hidden, [&](const toy::Joint& x) {
      for (std::int64_t i = 0; i < 4; ++i)
        if (x[0][std::size_t(i)] != cases.at(r, i)) return false;
      return true;
    });
    for (std::int64_t j = 0; j < 3; ++j) EXPECT_NEAR(means[0].at(r, j), exact[std::size_t(j)], 1e-12);
  }
}

// The features are those of a machine that was built without a label: the label is not free, it is not there.
TEST(Posterior, WithoutLabelsNothingIsSaidAboutTheClass) {
  Context ctx(1);
  const EnergyModel machine = toy::random_dbm({3, 2}, 4, 3, 1.0, Key{5});
  EnergyModel plain = dbm(4, std::vector<std::int64_t>{3, 2}, {.precision = DType::f64});
  for (std::size_t l = 0; l < 3; ++l) plain.layers()[l].bias = machine.layers()[l].bias.clone();
  for (std::size_t c = 0; c < 2; ++c) plain.connections()[c].weight = machine.connections()[c].weight.clone();
  const Tensor cases = toy::matrix({{1, 0, 1, 1}, {0, 0.5, 0, 0}});
  const LayerId top = *plain.find("hidden2");
  const auto a = posterior_means(ctx, without_labels(machine), cases, {&top, 1}, {});
  const auto b = posterior_means(ctx, plain, cases, {&top, 1}, {});
  const auto c = posterior_means(ctx, machine, cases, {&top, 1}, {});
  double difference = 0;
  for (std::int64_t r = 0; r < 2; ++r)
    for (std::int64_t k = 0; k < 2; ++k) {
      EXPECT_EQ(a[0].at(r, k), b[0].at(r, k));
      difference += std::abs(a[0].at(r, k) - c[0].at(r, k));
    }
  EXPECT_GT(difference, 0.01);
}

TEST(Posterior, UpperHiddenLayersAreAllButTheFirst) {
  const EnergyModel machine = toy::random_dbm({3, 2, 2}, 4, 3, 1.0, Key{5});
  const auto upper = upper_hidden_layers(machine);
  ASSERT_EQ(upper.size(), 2u);
  EXPECT_EQ(machine.layer(upper[0]).name, "hidden2");
  EXPECT_EQ(machine.layer(upper[1]).name, "hidden3");
}

}  // namespace
}  // namespace deepboltz
