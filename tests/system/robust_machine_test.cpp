// The Robust Boltzmann machine as a Target: golden vectors, quadrature, stationarity, annealing.
#include "deepboltz/system/robust/robust_machine.h"

#include "tests/system/golden_robust.h"
#include "tests/system/random_robust.h"
#include <gtest/gtest.h>

#include "deepboltz/base/numeric.h"
#include "deepboltz/estimate/ais.h"
#include "deepboltz/estimate/estimate.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz::testing {
namespace {

// The hidden layers enumerated, the pixels summed out; `observed`: clamped.
struct Enumerated {
  std::vector<double> log_weights, share;
  double log_sum_of_all;
  std::array<double, 2> clear{}, clean{}, face_hidden{}, mask_hidden{};

  Enumerated(Context& ctx, const RobustMachine& machine, bool given) {
    State state = given ? hidden_states_given(ctx, machine, golden_observed(machine.precision()), 0)
                        : hidden_states(ctx, machine);
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

class EveryRobustMachine : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Random, EveryRobustMachine, ::testing::Range(0, kRobustMachines));

// log f with the hidden layers beside the pixels summed out, by their states.
TEST_P(EveryRobustMachine, HiddenLayersAreSummedOutAsEnumerationSays) {
  Context ctx;
  const RobustMachine machine = RandomRobust(GetParam()).machine();
  State drawn = machine.make_state(ctx, 3);
  draw_base(ctx, machine, nullptr, Key{15}, drawn);
  const int pixels = machine.block(machine.clean());
  for (const double b : {0.0, 0.6, 1.0}) {
    std::vector<double> summed(3);
    const std::vector<double> of_three(3, b);
    machine.log_weight(ctx, drawn, {of_three}, 1 - pixels, summed);
    for (std::int64_t r = 0; r < 3; ++r) {
      State states = hidden_states(ctx, machine);
      for (LayerId id : machine.block_layers(pixels))
        states.layers[std::size_t(id.index)] = repeat_rows(drawn.layers[std::size_t(id.index)], r, 1, states.cases);
      const std::vector<double> at(std::size_t(states.cases), b);
      std::vector<double> weights(at.size());
      machine.log_weight(ctx, states, {at}, kNoBlock, weights);
      EXPECT_NEAR(log_sum(weights), summed[std::size_t(r)], 1e-11) << "beta " << b;
    }
  }
}

// log f is −E and the measures, its change is the difference of its ends, and a draw on the way is a draw.
TEST_P(EveryRobustMachine, WeighsAndDrawsByOneLaw) {
  Context ctx;
  const RobustMachine machine = RandomRobust(GetParam()).machine();
  State state = machine.make_state(ctx, 40);
  draw_base(ctx, machine, nullptr, Key{5}, state);
  advance(ctx, machine, {.sweeps = 3}, Key{6}, state);
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

// Draws of every block leave the joint unchanged: moments of chains that begin in equilibrium stay where they are.
// Hidden layers begin in their exact shares, pixels as they are drawn, which EveryRobustPixel holds to quadrature.
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
    // First and second moments of all units, and the product of a pixel's three numbers, over the chains.
    const auto moments = [&](const State& state) {
      std::vector<Estimate> found;
      const auto add = [&](auto&& statistic) {
        std::vector<double> of_chain;
        for (std::int64_t r = 0; r < kChains; ++r) of_chain.push_back(statistic(r));
        found.push_back(mean_estimate(of_chain));
      };
      const auto x = [&](LayerId id, std::int64_t r, std::int64_t j) {
        return state.layers[std::size_t(id.index)].at(r, j);
      };
      for (LayerId id : machine.ids())
        for (std::int64_t j = 0; j < machine.variable(id).units; ++j)
          for (const int power : {1, 2}) add([&](std::int64_t r) { return std::pow(x(id, r, j), power); });
      add([&](std::int64_t r) {
        return x(machine.mask(), r, 0) * x(machine.clean(), r, 0) * x(machine.observed(), r, 0);
      });
      return found;
    };
    const std::vector<Estimate> before = moments(chains);
    for (int sweep = 0; sweep < 3; ++sweep)
      tempered_sweep(ctx, machine, {at}, 0, Order::forward, random.key.fold(32).fold(std::uint64_t(sweep)), chains);
    const std::vector<Estimate> after = moments(chains);
    for (std::size_t m = 0; m < before.size(); ++m) {  // 24 machines have about 800 moments: 4.5 standard errors
      const Estimate apart = difference(after[m], before[m]);
      EXPECT_NEAR(apart.value, 0, 4.5 * apart.standard_error + 1e-12) << "moment " << m << " at " << b;
    }
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
  State state = hidden_states_given(ctx, machine, golden_observed(DType::f64), 0);
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
