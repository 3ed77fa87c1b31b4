// The Robust Boltzmann machine as a Target: golden vectors, quadrature, stationarity, annealing.
#include "deepboltz/system/robust/robust_machine.h"

#include "tests/system/golden_robust.h"
#include "tests/system/random_robust.h"
#include <gtest/gtest.h>

#include "deepboltz/base/numeric.h"
#include "deepboltz/estimate/ais.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz::testing {
namespace {

// The hidden layers enumerated, the pixels summed out; `observed`: clamped.
struct Enumerated {
  std::vector<double> log_weights, share;
  double log_sum_of_all;
  std::array<double, 2> clear{}, clean{}, face_hidden{}, mask_hidden{};

  Enumerated(Context& ctx, const RobustMachine& machine, bool given) {
    State state = hidden_states(ctx, machine);
    if (given) {
      for (std::int64_t r = 0; r < state.cases; ++r)
        for (int i = 0; i < 2; ++i)
          state.layers[std::size_t(machine.observed().index)].set(r, i, kObserved[i] / std::sqrt(kVariance[i]));
      state.clamp(machine.observed());
    }
    log_weights.resize(std::size_t(state.cases));
    machine.log_weight(ctx, state, {}, machine.block(machine.clean()), log_weights);
    log_sum_of_all = log_sum(log_weights);
    Tensor p(machine.precision(), state.cases, 2), v(machine.precision(), state.cases, 2);
    machine.sample_pixels(ctx, Key{1}, state, {p, v});
    for (std::int64_t r = 0; r < state.cases; ++r) {
      share.push_back(std::exp(log_weights[std::size_t(r)] - log_sum_of_all));
      for (int i = 0; i < 2; ++i) {
        clear[std::size_t(i)] += share.back() * p.at(r, i);
        clean[std::size_t(i)] += share.back() * v.at(r, i) * std::sqrt(kVariance[i]);
        face_hidden[std::size_t(i)] += share.back() * state.layers[1].at(r, i);
        mask_hidden[std::size_t(i)] += share.back() * state.layers[3].at(r, i);
      }
    }
  }
};

void expect_near(const std::array<double, 2>& got, double first, double second, double tolerance) {
  EXPECT_NEAR(got[0], first, tolerance);
  EXPECT_NEAR(got[1], second, tolerance);
}

TEST(RobustGolden, ProductGate) {
  Context ctx;
  const RobustGolden golden = golden_robust(Gate::Kind::product);
  const RobustMachine machine(golden.face, golden.mask, golden.gate.clone());
  const Enumerated free(ctx, machine, false), given(ctx, machine, true);
  EXPECT_NEAR(free.log_sum_of_all - golden_constant() + 2 * golden_log_scale(), 6.547188501210, 1e-12);
  EXPECT_NEAR(given.log_sum_of_all - free.log_sum_of_all - golden_log_scale(), -2.135220391482, 1e-12);
  expect_near(given.clear, 0.263828067365, 0.578055678689, 1e-12);
  expect_near(given.face_hidden, 0.544622960638, 0.408871835528, 1e-12);
  expect_near(given.mask_hidden, 0.591926492206, 0.549233578615, 1e-12);
  expect_near(given.clean, 0.292851419371, -0.179333525624, 1e-12);
}

TEST(RobustGolden, CompetingGate) {
  Context ctx;
  const RobustGolden golden = golden_robust(Gate::Kind::competing);
  const RobustMachine machine(golden.face, golden.mask, golden.gate.clone());
  const Enumerated free(ctx, machine, false), given(ctx, machine, true);
  EXPECT_NEAR(given.log_sum_of_all - free.log_sum_of_all - golden_log_scale(), -2.197839107561, 1e-12);
  expect_near(given.clear, 0.673713719548, 0.765667317624, 1e-12);
  expect_near(given.clean, 0.559636503094, -0.226190648320, 1e-12);
  // p(ṽ | v, s) has the normaliser 1: what is left is the sum of the halves.
  State state = machine.make_state(ctx, 1);
  std::vector<double> halves(16);
  State hidden = hidden_states(ctx, machine);
  hidden.clamp(machine.observed());  // at 0: no factor of theirs
  machine.halves().log_weight(ctx, hidden, {}, machine.block(machine.clean()), halves);
  EXPECT_NEAR(free.log_sum_of_all, log_sum(halves), 1e-12);
}

TEST(RobustGolden, InFloat) {
  Context ctx;
  for (const Gate::Kind kind : {Gate::Kind::product, Gate::Kind::competing}) {
    const RobustGolden exact = golden_robust(kind), rounded = golden_robust(kind, DType::f32);
    const Enumerated in_double(ctx, {exact.face, exact.mask, exact.gate.clone()}, true),
        in_float(ctx, {rounded.face, rounded.mask, rounded.gate.clone()}, true);
    EXPECT_NEAR(in_float.log_sum_of_all, in_double.log_sum_of_all, 1e-4);
    expect_near(in_float.clear, in_double.clear[0], in_double.clear[1], 1e-4);
    expect_near(in_float.clean, in_double.clean[0], in_double.clean[1], 1e-4);
  }
}

constexpr int kMachines = 24;
class EveryRobustMachine : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Random, EveryRobustMachine, ::testing::Range(0, kMachines));

// Real values of the pixels on a grid whose sums are integrals, for machines of one pixel.
TEST_P(EveryRobustMachine, PixelsAreSummedOutAsQuadratureSays) {
  Context ctx;
  const RandomRobust random(GetParam());
  const RobustMachine machine = random.machine();
  if (machine.pixels() > 1) GTEST_SKIP() << "of one pixel";
  constexpr int kPoints = 97;
  constexpr double kReach = 12, kStep = 2 * kReach / (kPoints - 1);
  for (const double b : {0.0, 0.4, 1.0}) {
    State hidden = hidden_states(ctx, machine);
    std::vector<double> beta(std::size_t(hidden.cases), b), exact(beta.size());
    const std::vector<Tensor> base = [&] {
      std::vector<Tensor> of_layer;
      for (LayerId id : machine.ids()) {
        of_layer.emplace_back(DType::f64, 1, machine.variable(id).units);
        fill_normal(of_layer.back(), .3, random.key.fold(20).fold(std::uint64_t(id.index)));
      }
      return of_layer;
    }();
    machine.log_weight(ctx, hidden, {beta, &base}, machine.block(machine.clean()), exact);
    for (std::int64_t r = 0; r < hidden.cases; ++r) {
      // A second hidden layer of the face is of the pixels' block, too.
      const std::int64_t deep = machine.find("hidden2") ? 4 : 1, points = 2 * kPoints * kPoints;
      State grid = repeat_cases(hidden, r, 1, deep * points);
      for (std::int64_t k = 0; k < grid.cases; ++k) {
        for (std::int64_t j = 0; deep > 1 && j < 2; ++j)
          grid.layers[std::size_t(machine.find("hidden2")->index)].set(k, j, double((k / points >> j) & 1));
        grid.layers[std::size_t(machine.mask().index)].set(k, 0, double(k % 2));
        grid.layers[std::size_t(machine.clean().index)].set(k, 0, -kReach + kStep * double(k / 2 % kPoints));
        grid.layers[std::size_t(machine.observed().index)].set(k, 0,
                                                               -kReach + kStep * double(k / 2 / kPoints % kPoints));
      }
      const std::vector<double> at(std::size_t(grid.cases), b);
      std::vector<double> weights(at.size());
      machine.log_weight(ctx, grid, {at, &base}, kNoBlock, weights);
      EXPECT_NEAR(log_sum(weights) + 2 * std::log(kStep), exact[std::size_t(r)], 1e-9) << "beta " << b;
    }
  }
}

// log f with one block summed out, and then what is left of it, is the same whichever block that is.
TEST_P(EveryRobustMachine, EitherBlockSummedOutGivesTheSameConditionals) {
  Context ctx;
  const RobustMachine machine = RandomRobust(GetParam()).machine();
  State state = machine.make_state(ctx, 40);
  draw_base(ctx, machine, nullptr, Key{5}, state);
  advance(ctx, machine, {.sweeps = 3}, Key{6}, state);
  // log f(x) − log f(rest) is the log-probability that the drawn block has: compare with the energy's difference.
  std::vector<double> whole(40), energy(40), measure(40, 0.0);
  machine.log_weight(ctx, state, {}, kNoBlock, whole);
  machine.energy(ctx, state, energy);
  for (LayerId id : {machine.clean(), machine.observed()})
    for (std::int64_t r = 0; r < 40; ++r)
      for (std::int64_t i = 0; i < machine.pixels(); ++i)
        measure[std::size_t(r)] -= std::pow(state.layers[std::size_t(id.index)].at(r, i), 2) / 2;
  for (std::size_t r = 0; r < 40; ++r) EXPECT_NEAR(whole[r], measure[r] - energy[r], 1e-11);
  for (int summed = 0; summed < machine.blocks(); ++summed) {
    std::vector<double> from(40), to(40), change(40), cold(40, 0.3), warm(40, 0.8);
    machine.log_weight(ctx, state, {cold}, summed, from);
    machine.log_weight(ctx, state, {warm}, summed, to);
    State moved = state.clone(), drawn = state.clone();
    machine.log_weight_change(ctx, moved, {cold}, {warm}, summed, Key{9}, change);
    machine.sample_block(ctx, summed, {warm}, Key{9}, drawn);
    for (std::size_t r = 0; r < 40; ++r) EXPECT_NEAR(change[r], to[r] - from[r], 1e-11);
    for (std::size_t l = 0; l < drawn.layers.size(); ++l)
      for (std::int64_t r = 0; r < 40; ++r)
        for (std::int64_t j = 0; j < drawn.layers[l].cols(); ++j)
          EXPECT_EQ(moved.layers[l].at(r, j), drawn.layers[l].at(r, j));
  }
}

// Draws of every block leave the joint unchanged: moments of chains that begin in equilibrium, which the hidden layers'
// exact shares give, stay where they are.
TEST_P(EveryRobustMachine, SweepsLeaveTheJointUnchanged) {
  Context ctx;
  const RandomRobust random(GetParam());
  const RobustMachine machine = random.machine();
  const State hidden = hidden_states(ctx, machine);
  const int pixels = machine.block(machine.clean());
  for (const double b : {0.5, 1.0}) {
    std::vector<double> beta(std::size_t(hidden.cases), b), weights(beta.size());
    machine.log_weight(ctx, hidden, {beta}, pixels, weights);
    const double all = log_sum(weights);
    constexpr std::int64_t kChains = 20'000;
    State chains = machine.make_state(ctx, kChains);
    for (std::int64_t r = 0; r < kChains; ++r) {
      double left = double(uniform(random.key.fold(30), 0, std::uint32_t(r)));
      std::int64_t k = 0;
      while (k + 1 < hidden.cases && (left -= std::exp(weights[std::size_t(k)] - all)) > 0) ++k;
      for (LayerId id : machine.ids())
        for (std::int64_t j = 0; j < machine.variable(id).units; ++j)
          chains.layers[std::size_t(id.index)].set(r, j, hidden.layers[std::size_t(id.index)].at(k, j));
    }
    const std::vector<double> at(std::size_t(kChains), b);
    machine.sample_block(ctx, pixels, {at}, random.key.fold(31), chains);
    const auto moments = [&](const State& state) {
      std::vector<double> sum;
      for (LayerId id : machine.ids())
        for (std::int64_t j = 0; j < machine.variable(id).units; ++j)
          for (int power : {1, 2}) {
            double total = 0;
            for (std::int64_t r = 0; r < kChains; ++r)
              total += std::pow(state.layers[std::size_t(id.index)].at(r, j), power);
            sum.push_back(total / double(kChains));
          }
      double gated = 0;  // a product of the three
      for (std::int64_t r = 0; r < kChains; ++r)
        gated += state.layers[std::size_t(machine.mask().index)].at(r, 0) *
                 state.layers[std::size_t(machine.clean().index)].at(r, 0) *
                 state.layers[std::size_t(machine.observed().index)].at(r, 0);
      sum.push_back(gated / double(kChains));
      return sum;
    };
    const std::vector<double> before = moments(chains);
    for (int sweep = 0; sweep < 3; ++sweep)
      tempered_sweep(ctx, machine, {at}, 0, Order::forward, random.key.fold(32).fold(std::uint64_t(sweep)), chains);
    const std::vector<double> after = moments(chains);
    // Two means of 20,000 draws whose fourth moment is below 500: five standard errors of the difference.
    for (std::size_t m = 0; m < before.size(); ++m)
      EXPECT_NEAR(before[m], after[m],
                  5 * std::sqrt(2 * (3 + 3 * std::abs(before[m]) * std::abs(before[m])) / double(kChains)) +
                      5 * std::sqrt(2 * 3 * before[m] * before[m] / double(kChains)))
          << "moment " << m << " at " << b;
  }
}

TEST_P(EveryRobustMachine, AnnealingFindsLogZ) {
  Context ctx;
  const RobustMachine machine = RandomRobust(GetParam()).machine();
  State hidden = hidden_states(ctx, machine);
  std::vector<double> weights(std::size_t(hidden.cases));
  machine.log_weight(ctx, hidden, {}, machine.block(machine.clean()), weights);
  const Estimate found = ais_log_z(ctx, machine,
                                   {.ladder = std::vector<double>{0, .1, .25, .4, .55, .7, .85, 1},
                                    .runs = 2'000,
                                    .key = Key{8}.fold(std::uint64_t(GetParam()))});
  EXPECT_NEAR(found.value, log_sum(weights), 4 * found.standard_error);
}

// The positive statistic of γ²: with the variance of v, and of its mean alone, which is another number.
TEST(RobustGolden, StatisticsOfTheGate) {
  Context ctx;
  const RobustGolden golden = golden_robust(Gate::Kind::product);
  const RobustMachine machine(golden.face, golden.mask, golden.gate.clone());
  const Enumerated given(ctx, machine, true);
  State state = hidden_states(ctx, machine);
  for (std::int64_t r = 0; r < state.cases; ++r)
    for (int i = 0; i < 2; ++i)
      state.layers[std::size_t(machine.observed().index)].set(r, i, kObserved[i] / std::sqrt(kVariance[i]));
  state.clamp(machine.observed());
  Tensor p(DType::f64, state.cases, 2), squares(DType::f64, state.cases, 2);
  machine.sample_pixels(ctx, Key{1}, state, {.clear = p, .squares = squares});
  double full = 0, mean = 0;
  for (std::int64_t r = 0; r < state.cases; ++r) {
    full -= given.share[std::size_t(r)] * squares.at(r, 0) / 2;
    mean -= given.share[std::size_t(r)] * (squares.at(r, 0) - p.at(r, 0) / (1 + 5.0)) / 2;
  }
  EXPECT_NEAR(full, -0.030706138293, 1e-12);
  EXPECT_NEAR(mean, -0.008720466012, 1e-12);
}

// d log p(ṽ) by central differences of the machine's exact sums.
TEST(RobustGolden, DerivativesOfLogP) {
  Context ctx;
  constexpr double kStep = 1e-5;
  const auto derivative = [&](auto&& move) {
    const auto log_p = [&](double by) {
      RobustGolden golden = golden_robust(Gate::Kind::product);
      move(golden, by);
      const RobustMachine machine(golden.face, golden.mask, golden.gate.clone());
      return Enumerated(ctx, machine, true).log_sum_of_all - Enumerated(ctx, machine, false).log_sum_of_all;
    };
    return (log_p(kStep) - log_p(-kStep)) / (2 * kStep);
  };
  const auto add = [](Tensor& x, std::int64_t r, std::int64_t c, double by) { x.set(r, c, x.at(r, c) + by); };
  EXPECT_NEAR(derivative([&](auto& g, double by) { add(g.gate.strength, 0, 0, by); }), 0.001188789378, 1e-8);
  EXPECT_NEAR(derivative([&](auto& g, double by) { add(g.gate.precision, 0, 0, by * kVariance[0]); }), 0.033633955177,
              1e-8);
  EXPECT_NEAR(derivative([&](auto& g, double by) { add(g.gate.mean, 0, 0, by / std::sqrt(kVariance[0])); }),
              0.908629387641, 1e-8);
  EXPECT_NEAR(derivative([&](auto& g, double by) { add(g.mask.layers()[0].bias, 0, 0, by); }), -0.069777919576, 1e-8);
  EXPECT_NEAR(derivative([&](auto& g, double by) { add(g.mask.layers()[0].bias, 0, 1, by); }), 0.098243643532, 1e-8);
  EXPECT_NEAR(derivative([&](auto& g, double by) { add(g.mask.layers()[1].bias, 0, 0, by); }), 0.011616952289, 1e-8);
  EXPECT_NEAR(derivative([&](auto& g, double by) { add(g.mask.connections()[0].weight, 0, 0, by); }), -0.039608624736,
              1e-8);
  EXPECT_NEAR(derivative([&](auto& g, double by) { add(g.mask.connections()[0].weight, 1, 1, by); }), 0.059962498922,
              1e-8);
}

TEST(RobustMachine, RefusesHalvesThatDoNotFit) {
  const EnergyModel face = rbm(3, 2, {.visible = Gaussian{}}), mask = rbm(3, 2);
  const auto gate = [](std::int64_t pixels) { return uniform_gate(Gate::Kind::product, DType::f32, pixels, 1, 1, 0); };
  EXPECT_NO_THROW(RobustMachine(face, mask, gate(3)));
  EXPECT_THROW(RobustMachine(mask, mask, gate(3)), InputError);
  EXPECT_THROW(RobustMachine(face, face, gate(3)), InputError);
  EXPECT_THROW(RobustMachine(face, mask, gate(4)), InputError);
  EXPECT_THROW(RobustMachine(face, rbm(4, 2), gate(3)), InputError);
  EXPECT_THROW(RobustMachine(face, rbm(3, 2, {.classes = 3}), gate(3)), InputError);
  EXPECT_THROW(uniform_gate(Gate::Kind::product, DType::f32, 3, -1, 1, 0), InputError);
  EXPECT_THROW(uniform_gate(Gate::Kind::competing, DType::f32, 3, 0, 1, 0), InputError);
  EXPECT_THROW(uniform_gate(Gate::Kind::product, DType::f32, 3, 1, 0, 0), InputError);
}

}  // namespace
}  // namespace deepboltz::testing
