// What `evaluate` calls exact, against sums over all states that know nothing of enumeration.
#include <cmath>
#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include "deepboltz/base/numeric.h"
#include "deepboltz/model/build.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/graph/graph_recipe.h"
#include "deepboltz/system/graph/likelihood.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kVisible = 5, kHidden = 4, kClasses = 3;

Dataset some_bits(std::int64_t cases, Key key) {
  Dataset data{"bits", Tensor(DType::u8, cases, kVisible)};
  for (std::int64_t r = 0; r < cases; ++r)
    for (std::int64_t i = 0; i < kVisible; ++i)
      data.x.set(r, i, uniform(key, std::uint32_t(r), std::uint32_t(i)) < 0.4f ? 255 : 0);
  return finished(std::move(data));
}

std::vector<std::uint32_t> all_rows(const Dataset& data) {
  std::vector<std::uint32_t> rows(std::size_t(data.cases()));
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

// log Σ over h and y of exp −E, state by state.
double log_sum(const EnergyModel& model, std::int64_t v, std::int64_t classes) {
  const auto bit = [](std::int64_t word, std::int64_t i) { return double(word >> i & 1); };
  StreamingLogSumExp sum;
  for (std::int64_t h = 0; h < 1 << kHidden; ++h)
    for (std::int64_t y = 0; y < std::max<std::int64_t>(classes, 1); ++y) {
      double minus_energy = classes > 0 ? model.layers()[2].bias.at(0, y) : 0;
      for (std::int64_t i = 0; i < kVisible; ++i) minus_energy += bit(v, i) * model.layers()[0].bias.at(0, i);
      for (std::int64_t j = 0; j < kHidden; ++j) {
        double field = model.layers()[1].bias.at(0, j);
        for (std::int64_t i = 0; i < kVisible; ++i) field += bit(v, i) * model.connections()[0].weight.at(i, j);
        if (classes > 0) field += model.connections()[1].weight.at(y, j);
        minus_energy += bit(h, j) * field;
      }
      sum.add(minus_energy);
    }
  return sum.value();
}

// What is measured of `model` on `cases`, by name.
std::map<std::string, Estimate> measured(Context& ctx, const GraphRecipe& recipe, const EnergyModel& model,
                                         const Dataset& train, const Dataset& cases) {
  System system{.kind = "graph"};
  system.parts.emplace("model", model.clone());
  CaseSets sets;
  sets.train = cases_of(select_rows(train, all_rows(train)));
  const Cases asked = cases_of(select_rows(cases, all_rows(cases)));
  const std::filesystem::path nowhere;
  std::vector<Finding> findings;
  measure_likelihood(ctx, {.system = system, .recipe = recipe, .sets = sets, .cases = asked, .folder = nowhere},
                     findings);
  std::map<std::string, Estimate> estimates;
  for (const Finding& finding : findings)
    if (const auto* estimate = std::get_if<Estimate>(&finding.value)) estimates[finding.name] = *estimate;
  return estimates;
}

class ExactEvaluation : public ::testing::TestWithParam<std::int64_t> {};

TEST_P(ExactEvaluation, IsTheSumOverAllStates) {
  const std::int64_t classes = GetParam();
  Context ctx;
  EnergyModel model = rbm(kVisible, kHidden, {.precision = DType::f64, .classes = classes});
  initialise_weights(model, 0.8, Key{1});
  for (std::size_t l = 0; l < model.layers().size(); ++l)
    for (std::int64_t u = 0; u < model.layers()[l].units; ++u)
      model.layers()[l].bias.set(0, u, normal(Key{2}.fold(l), std::uint32_t(u), 0));
  const Dataset train = some_bits(50, {3}), cases = some_bits(20, {4});
  GraphRecipe recipe;
  recipe.evaluate.ladder = "uniform";
  recipe.evaluate.ais_steps = recipe.evaluate.ais_runs = 5;
  recipe.evaluate.raise_cases = recipe.evaluate.burn_in = 0;
  auto found = measured(ctx, recipe, model, train, cases);

  StreamingLogSumExp z;
  for (std::int64_t v = 0; v < 1 << kVisible; ++v) z.add(log_sum(model, v, classes));
  double log_p = 0;
  for (std::int64_t r = 0; r < cases.cases(); ++r) {
    std::int64_t v = 0;
    for (std::int64_t i = 0; i < kVisible; ++i) v |= std::int64_t(cases.x.at(r, i) == 255) << i;
    log_p += (log_sum(model, v, classes) - z.value()) / double(cases.cases());
  }
  ASSERT_TRUE(found.contains("log_z_exact") && found.contains("log_p_exact"));
  EXPECT_NEAR(found["log_z_exact"].value, z.value(), 1e-10);
  EXPECT_NEAR(found["log_p_exact"].value, log_p, 1e-10);
  EXPECT_GT(found["log_p_exact"].standard_error, 0);  // of the choice of cases
}

TEST(Floors, StandBesideLogPAndWarnOfAMachineThatIsBelow) {
  Context ctx;
  GraphRecipe recipe;
  recipe.evaluate.ladder = "uniform";
  recipe.evaluate.ais_steps = recipe.evaluate.ais_runs = 5;
  recipe.evaluate.raise_cases = recipe.evaluate.burn_in = 0;
  const Dataset train = some_bits(50, {3}), cases = some_bits(20, {4});
  double floor = 0;
  for (std::int64_t i = 0; i < kVisible; ++i) {
    double on = 1;
    for (std::int64_t r = 0; r < 50; ++r) on += train.x.at(r, i) / 255;
    for (std::int64_t r = 0; r < 20; ++r) floor += std::log(cases.x.at(r, i) == 255 ? on / 52 : 1 - on / 52) / 20;
  }
  EnergyModel model = rbm(kVisible, kHidden, {.precision = DType::f64});
  for (std::int64_t i = 0; i < kVisible; ++i) model.layer(model.visible()).bias.set(0, i, std::log(0.4 / 0.6));
  auto found = measured(ctx, recipe, model, train, cases);
  EXPECT_NEAR(found["log_p_independent_units"].value, floor, 1e-9);
  EXPECT_EQ(found["log_p_independent_units"].warning, "");
  EXPECT_LT(found["log_p_mixture"].value, 0);
  for (std::int64_t i = 0; i < kVisible; ++i) model.layer(model.visible()).bias.set(0, i, 4);
  found = measured(ctx, recipe, model, train, cases);
  EXPECT_NE(found["log_p_independent_units"].warning, "");
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutLabels, ExactEvaluation, ::testing::Values(0, kClasses));

TEST(ExactEvaluationReach, EndsWhereEnumerationDoes) {
  Context ctx;
  GraphRecipe recipe;
  recipe.evaluate.ladder = "uniform";
  recipe.evaluate.ais_steps = recipe.evaluate.ais_runs = 2;
  recipe.evaluate.raise_cases = recipe.evaluate.burn_in = 0;
  const Dataset narrow = some_bits(4, {1});  // the 2⁵ states of the other side are few
  EXPECT_TRUE(measured(ctx, recipe, rbm(kVisible, 40), narrow, narrow).contains("log_z_exact"));
  Dataset wide{"zeros", Tensor(DType::u8, 4, 40)};
  wide = finished(std::move(wide));
  EXPECT_FALSE(measured(ctx, recipe, rbm(40, 40), wide, wide).contains("log_z_exact"));
}

}  // namespace
}  // namespace deepboltz
