// One pixel of a Robust Boltzmann machine, clean value, mask and observed value, against quadrature.
#include "tests/system/golden_robust.h"
#include "tests/system/random_robust.h"
#include <gtest/gtest.h>

#include "deepboltz/base/numeric.h"
#include "deepboltz/estimate/estimate.h"

namespace deepboltz::testing {
namespace {

class EveryRobustPixel : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Random, EveryRobustPixel, ::testing::ValuesIn([] {
                           std::vector<int> numbers;
                           for (int number = 0; number < kRobustMachines; ++number)
                             if (RandomRobust(number).gate.pixels() == 1) numbers.push_back(number);
                           return numbers;
                         }()));

// Real values of the pixel on a grid whose sums are integrals: of each hidden state all that is in the pixel's block.
class PixelGrid {
 public:
  static constexpr int kPoints = 97;
  static constexpr double kReach = 12, kStep = 2 * kReach / (kPoints - 1);

  PixelGrid(Context& ctx, const RobustMachine& machine, const State& hidden, std::int64_t row, double beta,
            const std::vector<Tensor>& base) {
    // A second hidden layer of the face is of the pixel's block, too.
    const std::int64_t deep = machine.find("hidden2") ? 4 : 1, points = 2 * kPoints * kPoints;
    State grid = repeat_cases(hidden, row, 1, deep * points);
    for (std::int64_t k = 0; k < grid.cases; ++k) {
      for (std::int64_t j = 0; deep > 1 && j < 2; ++j)
        grid.layers[std::size_t(machine.find("hidden2")->index)].set(k, j, double((k / points >> j) & 1));
      values.push_back({double(k % 2), -kReach + kStep * double(k / 2 % kPoints),
                        -kReach + kStep * double(k / 2 / kPoints % kPoints)});
      grid.layers[std::size_t(machine.mask().index)].set(k, 0, values.back()[0]);
      grid.layers[std::size_t(machine.clean().index)].set(k, 0, values.back()[1]);
      grid.layers[std::size_t(machine.observed().index)].set(k, 0, values.back()[2]);
    }
    const std::vector<double> at(std::size_t(grid.cases), beta);
    log_weights.resize(at.size());
    machine.log_weight(ctx, grid, {at, &base}, kNoBlock, log_weights);
    log_integral = log_sum(log_weights) + 2 * std::log(kStep);
  }

  template <class Statistic> double mean(Statistic&& statistic) const {
    double sum = 0;
    for (std::size_t k = 0; k < values.size(); ++k)
      sum += std::exp(log_weights[k] + 2 * std::log(kStep) - log_integral) * statistic(values[k]);
    return sum;
  }

  std::vector<std::array<double, 3>> values;  // s, v, ṽ
  std::vector<double> log_weights;
  double log_integral;
};

std::vector<Tensor> random_base_of(const RobustMachine& machine, Key key) {
  std::vector<Tensor> of_layer;
  for (LayerId id : machine.ids()) {
    of_layer.emplace_back(DType::f64, 1, machine.variable(id).units);
    fill_normal(of_layer.back(), .3, key.fold(std::uint64_t(id.index)));
  }
  return of_layer;
}

TEST_P(EveryRobustPixel, IsSummedOutAsQuadratureSays) {
  Context ctx;
  const RandomRobust random(GetParam());
  const RobustMachine machine = random.machine();
  const std::vector<Tensor> base = random_base_of(machine, random.key.fold(20));
  for (const double b : {0.0, 0.4, 1.0}) {
    const State hidden = hidden_states(ctx, machine);
    std::vector<double> beta(std::size_t(hidden.cases), b), exact(beta.size());
    machine.log_weight(ctx, hidden, {beta, &base}, machine.block(machine.clean()), exact);
    for (std::int64_t r = 0; r < hidden.cases; ++r)
      EXPECT_NEAR(PixelGrid(ctx, machine, hidden, r, b, base).log_integral, exact[std::size_t(r)], 1e-9)
          << "beta " << b;
  }
}

// Draws of the pixel given one hidden state have the moments of the grid.
TEST_P(EveryRobustPixel, IsDrawnAsQuadratureSays) {
  Context ctx;
  constexpr std::int64_t kDraws = 100'000;
  const RandomRobust random(GetParam());
  const RobustMachine machine = random.machine();
  const std::vector<Tensor> base = random_base_of(machine, random.key.fold(20));
  const State hidden = hidden_states(ctx, machine);
  const std::int64_t row = pick(random.key, 21, int(hidden.cases));
  using Values = std::array<double, 3>;
  for (const double b : {0.4, 1.0}) {
    const PixelGrid grid(ctx, machine, hidden, row, b, base);
    State drawn = repeat_cases(hidden, row, 1, kDraws);
    const std::vector<double> at(std::size_t(kDraws), b);
    machine.sample_block(ctx, machine.block(machine.clean()), {at, &base}, random.key.fold(22), drawn);
    const auto expect_mean = [&](const char* what, auto&& statistic) {
      std::vector<double> all;
      for (std::int64_t r = 0; r < kDraws; ++r)
        all.push_back(statistic(Values{drawn.layers[std::size_t(machine.mask().index)].at(r, 0),
                                       drawn.layers[std::size_t(machine.clean().index)].at(r, 0),
                                       drawn.layers[std::size_t(machine.observed().index)].at(r, 0)}));
      const Estimate found = mean_estimate(all);  // 168 figures: 4.5 standard errors
      EXPECT_NEAR(found.value, grid.mean(statistic), 4.5 * found.standard_error) << what << " at beta " << b;
    };
    expect_mean("s", [](const Values& x) { return x[0]; });
    expect_mean("v", [](const Values& x) { return x[1]; });
    expect_mean("v²", [](const Values& x) { return x[1] * x[1]; });
    expect_mean("ṽ", [](const Values& x) { return x[2]; });
    expect_mean("ṽ²", [](const Values& x) { return x[2] * x[2]; });
    expect_mean("v·ṽ", [](const Values& x) { return x[1] * x[2]; });
    expect_mean("s·v·ṽ", [](const Values& x) { return x[0] * x[1] * x[2]; });
  }
}

}  // namespace
}  // namespace deepboltz::testing
