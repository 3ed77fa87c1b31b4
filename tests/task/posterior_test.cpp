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

// Removing the label sums nothing out: what remains is the machine with the label's input gone, in ordinary biases.
TEST(Posterior, WithoutLabelsOrdinaryBiasesStay) {
  EnergyModel machine = toy::random_dbm({3, 2}, 4, 3, 1.0, Key{5});
  machine.layer(*machine.find("label")).offset = toy::matrix({{.3, .3, .4}});
  machine.layer(*machine.find("hidden1")).offset = toy::matrix({{.5, .2, .1}});
  const EnergyModel plain = without_labels(machine);
  ASSERT_EQ(plain.layers().size(), 3u);
  ASSERT_EQ(plain.connections().size(), 2u);
  EXPECT_FALSE(plain.find(Role::label));
  const Tensor &w2 = machine.connections()[1].weight, &u = machine.connections()[2].weight;
  for (std::int64_t k = 0; k < 2; ++k) {
    double b = machine.layers()[2].bias.at(0, k);
    for (std::int64_t j = 0; j < 3; ++j) b -= w2.at(j, k) * machine.layers()[1].offset.at(0, j);
    for (std::int64_t y = 0; y < 3; ++y) b -= u.at(y, k) * machine.layers()[3].offset.at(0, y);
    EXPECT_NEAR(plain.layers()[2].bias.at(0, k), b, 1e-14);
  }
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
