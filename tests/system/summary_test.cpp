// What is said after training, and which setting is to be changed first.
#include "deepboltz/system/graph/summary.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/learn/source.h"
#include "deepboltz/model/build.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/layered/monitor.h"

namespace deepboltz {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Estimate estimate(double value, double error) {
  Estimate e;
  e.value = value;
  e.standard_error = error;
  e.lower = value - 3 * error;
  e.upper = value + 3 * error;
  return e;
}

// A machine that learnt well.
LearningOutcome good() {
  LearningOutcome outcome;
  outcome.above_floor = estimate(20, 0.1);
  outcome.log_p = -80;
  outcome.objective_gap = 1;
  outcome.updates = 20'000;
  outcome.layers = {{"hidden1", 0.1, 0.05}};
  outcome.r_hat = 1.02;
  return outcome;
}

TEST(SettingToChange, IsTheRateOfAMachineThatMovesAway) {
  LearningOutcome outcome = good();
  outcome.above_floor = estimate(-5, 0.1);
  EXPECT_THAT(setting_to_change({}, outcome), StartsWith("train.rate"));
  outcome = good();
  outcome.layers[0].stuck = 0.95;
  EXPECT_THAT(setting_to_change({}, outcome), StartsWith("train.rate"));
}

TEST(SettingToChange, IsTheEpochsWhereUpdatesWereFew) {
  LearningOutcome outcome = good();
  outcome.above_floor = estimate(0.1, 0.1);
  outcome.updates = 20;
  GraphRecipe short_recipe;
  short_recipe.train.epochs = 10;
  EXPECT_EQ(setting_to_change(short_recipe, outcome), "train.epochs, to 2500: the updates were few");
  outcome.updates = 50'000;
  EXPECT_THAT(setting_to_change({}, outcome), StartsWith("train.rate, to three times"));
}

TEST(SettingToChange, IsTheMethodWhereChainsDoNotMix) {
  LearningOutcome outcome = good();
  outcome.r_hat = 1.5;
  GraphRecipe recipe;
  recipe.train.learner.negative.kind = Negative::Kind::from_data;
  EXPECT_THAT(setting_to_change(recipe, outcome), StartsWith("train.method, to \"pcd\""));
  recipe.train.learner.negative.kind = Negative::Kind::persistent;
  EXPECT_THAT(setting_to_change(recipe, outcome), StartsWith("train.sweeps"));
}

TEST(SettingToChange, IsThePenaltyWhereCasesAreLearntByHeart) {
  LearningOutcome outcome = good();
  outcome.objective_gap = 15;
  EXPECT_THAT(setting_to_change({}, outcome), StartsWith("train.l2"));
}

TEST(Summary, SaysWhatWasMeasured) {
  const std::string text = summary_of({}, good());
  for (const char* part : {"about -80.00 nats, 20.00 ± 0.10 above independent units", "1.00 nats more probable",
                           "20000 updates", "hidden1 10 % and 5 %", "R-hat of −F over 200 sweeps is 1.02"})
    EXPECT_THAT(text, HasSubstr(part));
}

// Bits that are all on, or mostly off: chains from the one mode do not meet those from the other.
TEST(Summary, OfAMachineThatDoesNotMixHasALargeRHat) {
  Context ctx;
  constexpr std::int64_t kUnits = 10;
  CaseSets sets;
  Dataset data{"modes", Tensor(DType::u8, 100, kUnits)};
  for (std::int64_t r = 0; r < 100; ++r)
    for (std::int64_t i = 0; i < kUnits; ++i) data.x.set(r, i, r % 2 == 0 || i == r % 10 ? 255 : 0);
  sets.train = cases_of(finished(std::move(data)));
  const auto r_hat = [&](double weight) {
    EnergyModel model = rbm(kUnits, 1);
    for (std::int64_t i = 0; i < kUnits; ++i) {
      model.connections()[0].weight.set(i, 0, weight);
      model.layer(model.visible()).bias.set(0, i, -2);
    }
    model.layers()[1].bias.set(0, 0, -10 * std::log1p(std::exp(weight - 2)) + 10 * std::log1p(std::exp(-2)));
    return *outcome_of(ctx, {}, sets, model, nullptr, {}, 1).r_hat;
  };
  EXPECT_LT(r_hat(0.5), 1.05);
  EXPECT_GT(r_hat(14), 1.5);
}

TEST(Summary, CountsDeadAndStuckUnits) {
  Context ctx;
  CaseSets sets;
  Dataset data{"bits", Tensor(DType::u8, 100, 4)};
  for (std::int64_t r = 0; r < 100; ++r) data.x.set(r, r % 4, 255);
  sets.train = cases_of(finished(std::move(data)));
  EnergyModel model = rbm(4, 4);
  model.layers()[1].bias.set(0, 0, -20);
  model.layers()[1].bias.set(0, 1, 20);
  const LearningOutcome outcome = outcome_of(ctx, {}, sets, model, nullptr, {}, 1);
  ASSERT_EQ(outcome.layers.size(), 1u);
  EXPECT_EQ(outcome.layers[0].dead, 0.5);
  EXPECT_EQ(outcome.layers[0].stuck, 0.5);
}

}  // namespace
}  // namespace deepboltz
