// Machines with real-valued layers: published numbers, quadrature, and the sum over the states of the other layers,
// which leaves a mixture of Gaussians.
#include <cmath>

#include "tests/model/brute_force.h"
#include "tests/model/gaussian_machine.h"
#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/estimate/pseudo_likelihood.h"
#include "deepboltz/estimate/raise.h"
#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/save.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/ladder.h"

namespace deepboltz::testing {
namespace {

// ---- published: D = 2, F = 3, in two parametrisations (Krizhevsky & Hinton 2009; Cho, Ilin & Raiko 2011)

constexpr double kW[2][3] = {{.5, -.3, .2}, {-.4, .6, .1}}, kB[2] = {.3, -.2}, kA[3] = {.1, -.5, .2};
constexpr double kV[2] = {.7, -1.1};

struct Published {
  double sigma[2] = {.8, 1.5};
  bool form_b = false;  // E has v/σ² where form A has v/σ: W_A = W_B/σ

  // Ours: x = v/σ, hence the bias b/σ and the weights of form A.
  EnergyModel machine(DType precision) const {
    EnergyModel model = rbm(2, 3, {.precision = precision, .visible = Gaussian{}});
    Layer& visible = model.layer(model.visible());
    standardise_by(0, 1, visible);
    for (int i = 0; i < 2; ++i) {
      visible.scale.set(0, i, sigma[i]);
      visible.bias.set(0, i, kB[i] / sigma[i]);
      for (int j = 0; j < 3; ++j) model.connections()[0].weight.set(i, j, form_b ? kW[i][j] / sigma[i] : kW[i][j]);
    }
    for (int j = 0; j < 3; ++j) model.layers()[1].bias.set(0, j, kA[j]);
    return model;
  }
  // Published energies have (v − b)²/2σ² where ours have x²/2 − (b/σ)·x.
  double constant() const {
    double sum = 0;
    for (int i = 0; i < 2; ++i) sum -= kB[i] * kB[i] / (2 * sigma[i] * sigma[i]);
    return sum;
  }
  // log Z over v; −F(v) without and with the Jacobian.
  double log_z(Context& ctx, DType precision) const {
    const EnergyModel model = machine(precision);
    return exact_log_z(ctx, model) + constant() - log_jacobian(model.layer(model.visible()));
  }
  double negative_f(Context& ctx, DType precision) const {
    const EnergyModel model = machine(precision);
    State state = model.make_state(ctx, 1);
    for (int i = 0; i < 2; ++i) state.layers[0].set(0, i, kV[i]);
    to_states(ctx, model.layer(model.visible()), state.x(model.visible()));
    std::vector<double> out(1);
    negative_free_energy(ctx, model, state, out);
    return out[0] + constant();
  }
};

class GaussianGolden : public ::testing::TestWithParam<DType> {
 protected:
  DType precision = GetParam();
  double near = precision == DType::f64 ? 6e-13 : 1e-4;
  Context ctx;
};

INSTANTIATE_TEST_SUITE_P(Precision, GaussianGolden, ::testing::Values(DType::f64, DType::f32),
                         [](const auto& param) { return std::string(name_of(param.param)); });

TEST_P(GaussianGolden, FormA) {
  const Published a;
  EXPECT_NEAR(a.log_z(ctx, precision), 4.295231396704, near);
  EXPECT_NEAR(-a.negative_f(ctx, precision), -2.005493484302, near);
  const EnergyModel model = a.machine(precision);
  const double log_p = a.negative_f(ctx, precision) - a.constant() - exact_log_z(ctx, model);
  EXPECT_NEAR(log_p + log_jacobian(model.layer({0})), -2.289737912403, near);
}

TEST_P(GaussianGolden, FormB) {
  const Published b{.form_b = true};
  EXPECT_NEAR(b.log_z(ctx, precision), 4.349373104994, near);
  EXPECT_NEAR(-b.negative_f(ctx, precision), -2.072668291805, near);
}

TEST(GaussianSlopes, OfThePublishedFreeEnergies) {
  Context ctx;
  const auto slope = [&](bool form_b, auto&& sigma_at) {
    return slope_of([&](double step) {
      return Published{.sigma = {sigma_at(step), 1.5}, .form_b = form_b}.negative_f(ctx, DType::f64);
    });
  };
  EXPECT_NEAR(slope(false, [](double step) { return .8 + step; }), -0.118356888559, 1e-9);
  EXPECT_NEAR(slope(true, [](double step) { return .8 * std::exp(step / 2); }), -0.305993561421, 1e-9);  // z = log σ²
}

// ∫∫ exp −F over [−14, 14]² by 400² midpoints: the integrand is smooth and vanishes at the ends, where the rule
// converges faster than any power.
TEST(GaussianGolden, LogZIsTheIntegral) {
  Context ctx;
  const Published published;
  const EnergyModel model = published.machine(DType::f64);
  constexpr int kPoints = 400;
  constexpr double kWidth = 28.0 / kPoints;
  State state = model.make_state(ctx, kPoints);
  std::vector<double> out(kPoints);
  double integral = 0;
  for (int i = 0; i < kPoints; ++i) {
    for (int j = 0; j < kPoints; ++j) {
      state.layers[0].set(j, 0, -14 + (i + 0.5) * kWidth);
      state.layers[0].set(j, 1, -14 + (j + 0.5) * kWidth);
    }
    negative_free_energy(ctx, model, state, out);
    for (double f : out) integral += std::exp(f) * kWidth * kWidth;
  }
  EXPECT_NEAR(std::log(integral), exact_log_z(ctx, model), 1e-9);
}

// ---- random machines

class GaussianMachine : public ::testing::TestWithParam<int> {
 protected:
  EnergyModel model = gaussian_machine(GetParam());
  Mixture exact{model};
  Key key = Key{900}.fold(std::uint64_t(GetParam()));
  Context ctx;
};

INSTANTIATE_TEST_SUITE_P(Random, GaussianMachine, ::testing::Range(0, kGaussianMachines));

TEST_P(GaussianMachine, LogZIsTheSumOverComponents) {
  EXPECT_NEAR(exact_log_z(ctx, model), exact.log_z, 1e-11);
  EXPECT_NEAR(exact_log_z(ctx, model.to(DType::f32)), exact.log_z, 1e-3);
}

TEST_P(GaussianMachine, LogDensityIsThatOfTheMixture) {
  const State state = exact.draw(ctx, model, 50, key);
  State evidence = state.clone();
  evidence.clamp({0});
  std::vector<double> given(50);
  exact_log_z_given(ctx, model, evidence, {}, given);
  for (std::int64_t r = 0; r < 50; ++r)
    EXPECT_NEAR(given[std::size_t(r)] - exact.log_z, exact.log_density(joint_of(state, r)[0]), 1e-11);
}

TEST_P(GaussianMachine, MomentsAreThoseOfTheMixture) {
  const Parameters moments = exact_moments(ctx, model);
  for (std::int64_t i = 0; i < model.layers()[0].units; ++i) {
    double mean = 0;
    for (std::size_t s = 0; s < exact.p.size(); ++s) mean += exact.p[s] * exact.mean[s][std::size_t(i)];
    EXPECT_NEAR(moments.bias[0].at(0, i), mean, 1e-11);
  }
}

// The exact gradient of log p(v) in ordinary parameters, data minus model, against differences of exact log-densities.
TEST_P(GaussianMachine, GradientIsDataMinusModel) {
  for (Layer& layer : model.layers()) layer.offset = {};
  State data = exact.draw(ctx, model, 1, key);
  data.clamp({0});
  const auto log_p = [&](const EnergyModel& moved) {
    std::vector<double> given(1);
    exact_log_z_given(ctx, moved, data, {}, given);
    return given[0] - exact_log_z(ctx, moved);
  };
  const Parameters moments = exact_moments(ctx, model);
  for (std::size_t c = 0; c < model.connections().size(); ++c) {
    const Connection& link = model.connections()[c];
    if (link.lower.index != 0) continue;
    // E[x | v] of the other end, by differences too: the slope of log Σ exp in its bias.
    EnergyModel moved = model.clone();
    const double mean = slope_of(moved.layer(link.upper).bias, 0, 0, [&] {
      std::vector<double> given(1);
      exact_log_z_given(ctx, moved, data, {}, given);
      return given[0];
    });
    EXPECT_NEAR(slope_of(moved.connections()[c].weight, 0, 0, [&] { return log_p(moved); }),
                data.layers[0].at(0, 0) * mean - moments.weight[c].at(0, 0), 1e-7);
    EXPECT_NEAR(slope_of(moved.layers()[0].bias, 0, 0, [&] { return log_p(moved); }),
                data.layers[0].at(0, 0) - moments.bias[0].at(0, 0), 1e-7);
  }
}

TEST_P(GaussianMachine, IsSavedToTheBit) {
  standardise_by(2, 3, model.layers()[0]);
  Archive archive;
  add_model(model, "", archive);
  Archive bytes = parse_safetensors(make_safetensors(archive), "memory");
  const EnergyModel read = take_model("", bytes);
  EXPECT_EQ(exact_log_z(ctx, read), exact_log_z(ctx, model));
  EXPECT_EQ(read.layers()[0].unit, Unit(Gaussian{}));
  EXPECT_EQ(log_jacobian(read.layers()[0]), -std::log(3) * double(model.layers()[0].units));
  model.layers()[0].scale.set(0, 0, 0);
  Archive spoiled;
  add_model(model, "", spoiled);
  EXPECT_THROW(take_model("", spoiled), InputError);
}

TEST_P(GaussianMachine, BoundIsBelowLogPAndTightInTheMeanField) {
  State state = exact.draw(ctx, model, 20, key);
  state.clamp({0});
  std::vector<double> given(20), bound(20);
  exact_log_z_given(ctx, model, state, {}, given);
  variational_bound(ctx, model, {.sweeps = 200}, state, bound);
  for (std::size_t r = 0; r < 20; ++r) {
    EXPECT_LE(bound[r], given[r] + 1e-12);
    if (model.hidden_is_one_block()) {
      EXPECT_NEAR(bound[r], given[r], 1e-11);
    }
  }
  // With nothing clamped: real-valued means too. Below log Z, at any means.
  state.unclamp({0});
  bound_at(ctx, model, state, bound);
  for (double b : bound) EXPECT_LE(b, exact.log_z + 1e-12);
  variational_bound(ctx, model, {.sweeps = 200}, state, bound);
  for (double b : bound) EXPECT_LE(b, exact.log_z + 1e-12);
}

// E[w] = Z forwards and 1/Z backwards, whichever block is summed out.
TEST_P(GaussianMachine, AnnealingIsUnbiasedBothWays) {
  const auto base = random_base(model, key.fold(1));
  constexpr int kRuns = 2'000;
  const AisOptions options{.ladder = uniform_ladder(20), .runs = kRuns, .base = &base, .key = key.fold(2)};
  for (int summed = 0; summed < model.blocks(); ++summed) {
    AisOptions here = options;
    here.summed = summed;
    std::vector<double> w;
    for (double log_w : ais_log_weights(ctx, model, here)) w.push_back(std::exp(log_w - exact.log_z));
    const Estimate forward = mean_estimate(w);
    EXPECT_NEAR(forward.value, 1, 5 * forward.standard_error);
    const Estimate reverse = reverse_ais_log_z(ctx, model, exact.draw(ctx, model, kRuns, key.fold(3)), here);
    EXPECT_NEAR(std::exp(exact.log_z - reverse.value), 1, 5 * reverse.standard_error);
  }
}

TEST_P(GaussianMachine, RaiseApproachesLogP) {
  if (!model.hidden_is_one_block()) return;
  State cases = exact.draw(ctx, model, 10, key.fold(4));
  const auto estimates =
      raise_log_p(ctx, model, cases, {.ladder = uniform_ladder(60), .runs = 100, .key = key.fold(5)});
  std::vector<double> gap;
  for (std::int64_t r = 0; r < 10; ++r)
    gap.push_back(estimates[std::size_t(r)].value - exact.log_density(joint_of(cases, r)[0]));
  const Estimate mean = mean_estimate(gap);
  EXPECT_LT(mean.value, 3 * mean.standard_error + 0.05);
  EXPECT_GT(mean.value, -0.2);
}

// Exact draws stay exact: the real layer's mean, and its mean log-density, after three sweeps.
TEST_P(GaussianMachine, GibbsLeavesTheMixtureUnchanged) {
  constexpr std::int64_t kDraws = 4'000;
  State chains = exact.draw(ctx, model, kDraws, key.fold(6));
  const auto summary = [&](const State& state) {
    std::vector<double> density, first;
    for (std::int64_t r = 0; r < kDraws; ++r) {
      density.push_back(exact.log_density(joint_of(state, r)[0]));
      first.push_back(state.layers[0].at(r, 0));
    }
    return std::pair(mean_estimate(density), mean_estimate(first));
  };
  const auto before = summary(chains);
  advance(ctx, model, {.sweeps = 3}, key.fold(7), chains);
  const auto after = summary(chains);
  EXPECT_NEAR(after.first.value, before.first.value,
              5 * std::hypot(before.first.standard_error, after.first.standard_error));
  EXPECT_NEAR(after.second.value, before.second.value,
              5 * std::hypot(before.second.standard_error, after.second.standard_error));
}

TEST(GaussianLayers, HaveNoPseudoLikelihood) {
  Context ctx;
  const EnergyModel model = gaussian_machine(1);
  State state = model.make_state(ctx, 2);
  std::vector<double> out(2);
  EXPECT_THROW(pseudo_log_likelihood(ctx, model, state, out), InputError);
  EXPECT_THROW(sampled_pseudo_log_likelihood(ctx, model, {1}, state, out), InputError);
}

TEST(GaussianLayers, AreRefusedWhereTheyAreNotFinite) {
  Context ctx;
  const EnergyModel model = rbm(2, 2, {.precision = DType::f64, .visible = Gaussian{}});
  State state = model.make_state(ctx, 1);
  state.clamp({0});
  std::vector<double> out(1);
  EXPECT_NO_THROW(exact_log_z_given(ctx, model, state, {}, out));
  for (double bad : {double(NAN), double(INFINITY)}) {
    state.layers[0].set(0, 1, bad);
    EXPECT_THROW(exact_log_z_given(ctx, model, state, {}, out), InputError);
    EXPECT_THROW(raise_log_p(ctx, model, state, {.ladder = {0, 1}, .runs = 5}), InputError);
  }
}

TEST(GaussianLayers, AreNotConnectedWithEachOther) {
  EnergyModel model;
  model.add("x", Gaussian{}, 2);
  model.add("y", Gaussian{}, 2);
  EXPECT_THROW(model.connect({0}, {1}), InputError);
}

TEST(GaussianLayers, AreOnlySummedOut) {
  Context ctx;
  EnergyModel model(DType::f64);
  model.add("x", Gaussian{}, 1);
  model.add("h", Bernoulli{}, 1);
  model.add("y", Gaussian{}, 1);
  model.connect({0}, {1});
  EXPECT_NO_THROW(exact_log_z(ctx, model));  // x and y are one block
  model.add("g", Spin{}, 1);
  model.connect({1}, {3});
  model.connect({2}, {3});  // y beside h: two blocks with real values
  ASSERT_NE(model.block({0}), model.block({2}));
  EXPECT_THROW(exact_log_z(ctx, model), InputError);
}

// Affine data: v' = c·v + d with the same states; log p' = log p − D log c.
TEST(Presentation, MovesTheDensityByItsJacobian) {
  Context ctx;
  EnergyModel model = rbm(4, 2, {.precision = DType::f64, .visible = Gaussian{}});
  Layer& visible = model.layer(model.visible());
  EXPECT_EQ(log_jacobian(visible), 0);
  standardise_by(5, 2, visible);
  EXPECT_NEAR(log_jacobian(visible), -4 * std::log(2), 1e-15);
  Tensor x(DType::f64, 2, 4);
  for (int i = 0; i < 8; ++i) x.set(i / 4, i % 4, 5 + 2 * i);
  to_states(ctx, visible, x);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(x.at(i / 4, i % 4), i);
  to_data(ctx, visible, x);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(x.at(i / 4, i % 4), 5 + 2 * i);
  EnergyModel spins = rbm(4, 2, {.visible = Spin{}});
  standardise_by(0.5, 0.5, spins.layer(spins.visible()));
  EXPECT_EQ(log_jacobian(spins.layer(spins.visible())), 0);  // probabilities have no unit of measurement
}

}  // namespace
}  // namespace deepboltz::testing
