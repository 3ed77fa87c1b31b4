// Free energies and pseudo-likelihoods of machines whose hidden layers are one block.
#include "deepboltz/estimate/free_energy.h"

#include "tests/model/brute_force.h"
#include "tests/model/golden.h"
#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/estimate/pseudo_likelihood.h"
#include "deepboltz/infer/enumerate.h"

namespace deepboltz::testing {
namespace {

class FreeEnergyOfRbm : public ::testing::TestWithParam<int> {
 protected:
  EnergyModel model = random_rbm(GetParam());
  BruteForce exact{model};
  std::vector<Joint> rows = exact.draw(6, Key{111}.fold(std::uint64_t(GetParam())));
  Context ctx;

  // log p of what is not hidden
  double log_p(const Joint& row) const {
    return exact.log_sum([&](const Joint& x) {
      for (LayerId id : model.ids())
        if (model.layer(id).role != Role::hidden && x[at(id)] != row[at(id)]) return false;
      return true;
    }) - exact.log_z;
  }
};

INSTANTIATE_TEST_SUITE_P(Random, FreeEnergyOfRbm, ::testing::Range(0, kGraphs));

TEST_P(FreeEnergyOfRbm, IsLogPUpToLogZ) {
  const State state = state_of(ctx, model, rows);
  std::vector<double> out(rows.size()), single(rows.size());
  negative_free_energy(ctx, model, state, out);
  for (std::size_t r = 0; r < rows.size(); ++r) EXPECT_NEAR(out[r] - exact.log_z, log_p(rows[r]), 1e-12);
  negative_free_energy(ctx, model.to(DType::f32), state_of(ctx, model.to(DType::f32), rows), single);
  for (std::size_t r = 0; r < rows.size(); ++r) EXPECT_NEAR(single[r], out[r], 1e-4);

  double mean = 0;
  for (const Joint& row : rows) mean += log_p(row) / double(rows.size());
  const Estimate log_z{.value = exact.log_z, .lower = exact.log_z - 1, .upper = exact.log_z + 2};
  const Estimate e = mean_log_p(out, log_z);
  EXPECT_NEAR(e.value, mean, 1e-12);
  EXPECT_LE(e.lower, e.value - 2);  // opposite ends
  EXPECT_GE(e.upper, e.value + 1);
}

// Flipping a visible unit (W_i → −W_i, b_i → −b_i, neighbours' biases + W_i) renames the states and moves log Z by
// −b_i.
TEST_P(FreeEnergyOfRbm, FlippingAVisibleUnitRenamesStates) {
  if (!std::holds_alternative<Bernoulli>(model.layers()[0].unit)) return;
  for (Layer& layer : model.layers()) layer.offset = {};
  const BruteForce before(model);
  EnergyModel flipped = model.clone();
  const int i = 1;
  const double b = model.layers()[0].bias.at(0, i);
  flipped.layers()[0].bias.set(0, i, -b);
  for (Connection& c : flipped.connections()) {
    if (c.lower.index != 0) continue;
    for (std::int64_t j = 0; j < c.weight.cols(); ++j) {
      Tensor& bias = flipped.layer(c.upper).bias;
      bias.set(0, j, bias.at(0, j) + c.weight.at(i, j));
      c.weight.set(i, j, -c.weight.at(i, j));
    }
  }
  const double log_z = exact_log_z(ctx, flipped);
  EXPECT_NEAR(log_z, before.log_z - b, 1e-12);
  auto renamed = rows;
  for (Joint& row : renamed) row[0][i] = 1 - row[0][i];
  std::vector<double> here(rows.size()), there(rows.size());
  negative_free_energy(ctx, model, state_of(ctx, model, rows), here);
  negative_free_energy(ctx, flipped, state_of(ctx, flipped, renamed), there);
  for (std::size_t r = 0; r < rows.size(); ++r) EXPECT_NEAR(here[r] - before.log_z, there[r] - log_z, 1e-12);
}

// Σ_i log p(v_i | the other v, y), each from its definition.
TEST_P(FreeEnergyOfRbm, PseudoLikelihoodIsTheSumOfConditionals) {
  State state = state_of(ctx, model, rows);
  const State before = state.clone();
  std::vector<double> out(rows.size()), expected(rows.size(), 0.0);
  pseudo_log_likelihood(ctx, model, state, out);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::size_t group = std::size_t(group_size(model.layers()[0].unit));
    for (std::size_t i = 0; i < rows[r][0].size(); i += group) {
      double all = 0;
      for (const auto& value : std::visit(ValuesOfAUnit{}, model.layers()[0].unit)) {
        Joint other = rows[r];
        std::ranges::copy(value, other[0].begin() + std::ptrdiff_t(i));
        all += std::exp(log_p(other));
      }
      expected[r] += log_p(rows[r]) - std::log(all);
    }
    EXPECT_NEAR(out[r], expected[r], 1e-11);
    EXPECT_EQ(joint_of(state, std::int64_t(r)), joint_of(before, std::int64_t(r)));
  }

  // One random unit a case, times the number of units: the same mean.
  constexpr std::int64_t kDraws = 3'000;
  State many = repeat_cases(state_of(ctx, model, {rows[0]}), 0, 1, kDraws);
  std::vector<double> sampled(static_cast<std::size_t>(kDraws));
  sampled_pseudo_log_likelihood(ctx, model, {112}, many, sampled);
  const Estimate mean = mean_estimate(sampled);
  EXPECT_NEAR(mean.value, expected[0], 4.5 * mean.standard_error + 1e-11);
  EXPECT_EQ(joint_of(many, kDraws - 1), rows[0]);
}

TEST(FreeEnergy, RefusesDeepModels) {
  Context ctx;
  const EnergyModel deep = golden_dbm();
  State state = deep.make_state(ctx, 1);
  std::vector<double> out(1);
  EXPECT_THROW(negative_free_energy(ctx, deep, state, out), InputError);
  EXPECT_THROW(pseudo_log_likelihood(ctx, deep, state, out), InputError);
}

TEST(PseudoLikelihood, RefusesCasesThatAreNoValuesOfTheUnits) {
  Context ctx;
  const EnergyModel model = golden_rbm();
  State state = model.make_state(ctx, 2);
  std::vector<double> out(2);
  EXPECT_NO_THROW(pseudo_log_likelihood(ctx, model, state, out));
  state.layers[0].set(1, 2, 0.5);
  EXPECT_THROW(pseudo_log_likelihood(ctx, model, state, out), InputError);
  EXPECT_THROW(sampled_pseudo_log_likelihood(ctx, model, {1}, state, out), InputError);
  state.layers[0].set(1, 2, NAN);
  EXPECT_THROW(pseudo_log_likelihood(ctx, model, state, out), InputError);
  // Two cases of zeros: a spin is never 0, a class must be chosen; a count may be 0 but not above its trials.
  const auto refused = [&](const Unit& unit, double value) {
    EnergyModel other(DType::f64);
    const LayerId v = other.add("visible", unit, group_size(unit), Role::visible);
    other.connect(v, other.add("hidden", Bernoulli{}, 2));
    State zeros = other.make_state(ctx, 2);
    zeros.layers[0].set(1, 0, value);
    zeros.layers[0].set(0, 0, value);
    try {
      pseudo_log_likelihood(ctx, other, zeros, out);
    } catch (const InputError&) {
      return true;
    }
    return false;
  };
  EXPECT_TRUE(refused(Spin{}, 0));
  EXPECT_FALSE(refused(Spin{}, -1));
  EXPECT_TRUE(refused(Softmax{3}, 0));
  EXPECT_FALSE(refused(Softmax{3}, 1));
  EXPECT_FALSE(refused(Binomial{2}, 0));
  EXPECT_FALSE(refused(Binomial{2}, 2));
  for (double value : {-1.0, 1.5, 3.0}) EXPECT_TRUE(refused(Binomial{2}, value));
}

}  // namespace
}  // namespace deepboltz::testing
