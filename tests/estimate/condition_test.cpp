// Machines with a condition: energies, log Z, samplers and estimators are those of the other layers given its value.
#include <cmath>

#include "tests/io/refusal.h"
#include "tests/model/conditional.h"
#include <gtest/gtest.h>

#include "deepboltz/estimate/raise.h"
#include "deepboltz/estimate/stepping_stones.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/model/build.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/ladder.h"

namespace deepboltz::testing {
namespace {

class EveryConditional : public ::testing::TestWithParam<int> {
 protected:
  EnergyModel model = random_conditional(GetParam());
  std::size_t given = at(condition_of(model));
  Context ctx;

  // One case a condition, nothing else in it.
  State conditions(std::initializer_list<int> numbers) {
    State state = model.make_state(ctx, std::int64_t(numbers.size()));
    std::int64_t r = 0;
    for (int number : numbers) {
      const auto value = random_condition(model, number);
      for (std::size_t u = 0; u < value.size(); ++u) state.layers[given].set(r, std::int64_t(u), value[u]);
      ++r;
    }
    return state;
  }
};

INSTANTIATE_TEST_SUITE_P(Random, EveryConditional, ::testing::Range(0, kConditionals));

TEST_P(EveryConditional, EnergiesAreThoseOfTheGraph) {
  const auto rows = GivenCondition(model, random_condition(model, 1)).draw(5, Key{1});
  std::vector<double> energy(rows.size());
  model.energy(ctx, state_of(ctx, model, rows), energy);
  for (std::size_t r = 0; r < rows.size(); ++r) EXPECT_NEAR(energy[r], energy_of(model, rows[r]), 1e-11);
}

TEST_P(EveryConditional, LogZIsThatGivenTheCondition) {
  std::vector<double> log_z(2);
  exact_log_z_given(ctx, model, conditions({2, 3}), {}, log_z);
  for (int c : {2, 3})
    EXPECT_NEAR(log_z[std::size_t(c - 2)], GivenCondition(model, random_condition(model, c)).log_z, 1e-10);
}

TEST_P(EveryConditional, AnnealingFindsLogZGivenTheCondition) {
  const auto base = random_base(model, Key{3});  // the condition has no base rate, whatever stands there
  const auto estimates = ais_log_z_given(ctx, model, conditions({2, 3}),
                                         {.ladder = uniform_ladder(30), .runs = 400, .base = &base, .key = Key{4}});
  for (int c : {2, 3}) {
    const Estimate& e = estimates[std::size_t(c - 2)];
    EXPECT_NEAR(e.value, GivenCondition(model, random_condition(model, c)).log_z, 5 * e.standard_error + 1e-9);
  }
}

TEST_P(EveryConditional, SweepsLeaveTheDistributionGivenTheCondition) {
  constexpr std::int64_t kDraws = 20'000;
  const auto value = random_condition(model, 4);
  const GivenCondition exact(model, value);
  State chains = state_of(ctx, model, exact.draw(kDraws, Key{5}));
  advance(ctx, model, Gibbs{2}, Key{6}, chains);
  for (std::size_t l = 0; l < chains.layers.size(); ++l)
    for (std::int64_t u = 0; u < chains.layers[l].cols(); ++u) {
      const auto unit = std::size_t(u);
      const double mean = exact.mean([&](const Joint&x) { return x[l][unit]; }),
                   square = exact.mean([&](const Joint&x) { return x[l][unit] * x[l][unit]; });
      double sum = 0;
      for (std::int64_t r = 0; r < kDraws; ++r) sum += chains.layers[l].at(r, u);
      const double error = std::sqrt(std::max(0.0, square - mean * mean) / kDraws);
      EXPECT_NEAR(sum / kDraws, mean, 5 * error + 1e-9) << l << ' ' << u;
    }
}

TEST(Condition, AnyUnitMayStandBesideIt) {
  EnergyModel model = rbm(3, 2, {.visible = Gaussian{}});
  const LayerId history = model.add("history", Gaussian{}, 4, Role::condition);
  EXPECT_NO_THROW(model.connect(history, model.visible()));
  EXPECT_THROW(model.connect(model.add("other", Gaussian{}, 2), model.visible()), InputError);
}

TEST(Condition, IsNeitherDrawnNorCountedAsABlock) {
  EnergyModel model = rbm(3, 2);
  const int blocks = model.blocks();
  const LayerId given = model.add("given", Bernoulli{}, 4, Role::condition);
  model.connect(given, *model.find(Role::hidden));
  EXPECT_EQ(model.blocks(), blocks);
  Context ctx;
  State state = model.make_state(ctx, 1);
  EXPECT_TRUE(state.is_clamped(given));
}

TEST(Condition, OneLogZIsRefusedWhereEachCaseHasItsOwn) {
  Context ctx;
  const EnergyModel model = random_conditional(0);
  const State state = model.make_state(ctx, 2);
  const auto says = [](const std::string& text) { return text.find("'given'") != std::string::npos; };
  EXPECT_TRUE(says(refusal([&] { exact_log_z(ctx, model); })));
  EXPECT_TRUE(says(refusal([&] { exact_moments(ctx, model); })));
  EXPECT_TRUE(says(refusal([&] { ais_log_z(ctx, model, {}); })));
  EXPECT_TRUE(says(refusal([&] { reverse_ais_log_z(ctx, model, state, {}); })));
  EXPECT_TRUE(says(refusal([&] { tempering_log_z(ctx, model, {}); })));
}

// log p(v | c) = log Σ_h exp −E(v, h, c) − log Z(c): RAISE is below it on average, and close by.
TEST(Condition, RaiseKeepsIt) {
  Context ctx;
  EnergyModel model = rbm(4, 3, {.precision = DType::f64});
  model.connect(model.add("given", Bernoulli{}, 2, Role::condition), *model.find(Role::hidden));
  randomise(model, 1, Key{7});
  State v = model.make_state(ctx, 2);
  v.layers[0].set(0, 1, 1), v.layers[2].set(0, 0, 1);
  v.layers[0].set(1, 2, 1), v.layers[2].set(1, 1, 1);
  std::vector<double> with(2), without(2);
  exact_log_z_given(ctx, model, v, {}, without);
  State known = v.clone();
  known.clamp(model.visible());
  exact_log_z_given(ctx, model, known, {}, with);
  const auto estimates = raise_log_p(ctx, model, v, {.ladder = uniform_ladder(300), .runs = 300, .key = Key{8}});
  for (std::size_t r = 0; r < 2; ++r)
    EXPECT_NEAR(estimates[r].value, with[r] - without[r], 5 * estimates[r].standard_error + 0.02);
}

}  // namespace
}  // namespace deepboltz::testing
