// What a system does with its recognition model once it has learnt: measures, codes, reconstructions; and files.
#include "deepboltz/system/graph/recognition_part.h"

#include <cmath>

#include "tests/io/temp_folder.h"
#include <gtest/gtest.h>

#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/graph/graph_codes.h"
#include "deepboltz/system/graph/graph_recipe.h"
#include "deepboltz/system/graph/likelihood.h"
#include "deepboltz/system/save.h"

namespace deepboltz::testing {
namespace {

constexpr std::int64_t kCases = 30;

class SystemWithRecognition : public ::testing::Test {
 protected:
  SystemWithRecognition() {
    EnergyModel model = dbm(8, {5, 4});
    initialise_weights(model, 0.7, Key{1});
    EnergyModel recognition = recognition_model(ctx, model);
    initialise_weights(recognition, 0.7, Key{2});  // a bad one: what comes of it is not what comes of the machine
    system.parts.emplace("model", std::move(model));
    system.parts.emplace("recognition", std::move(recognition));
    Dataset data{"bits", Tensor(DType::u8, kCases, 8)};
    for (std::int64_t r = 0; r < kCases; ++r)
      for (std::int64_t i = 0; i < 8; ++i)
        data.x.set(r, i, uniform(Key{3}, std::uint32_t(r), std::uint32_t(i)) < 0.4f ? 255 : 0);
    cases = cases_of(finished(std::move(data)));
  }
  const EnergyModel& model() const { return part<EnergyModel>(system, "model"); }

  // The cases and their means by one sweep from the guess.
  State swept() {
    State state = fixed_cases(ctx, model(), cases, 0, kCases, false);
    bottom_up(ctx, part<EnergyModel>(system, "recognition"), state);
    mean_field(ctx, model(), {.sweeps = 1}, state);
    return state;
  }
  static void expect_same(ConstMatrix a, ConstMatrix b) {
    for (std::int64_t r = 0; r < a.rows; ++r)
      for (std::int64_t u = 0; u < a.cols; ++u) ASSERT_EQ(a.as<float>()(r, u), b.as<float>()(r, u)) << r << ' ' << u;
  }

  Context ctx;
  System system{.kind = "graph"};
  Cases cases;
};

TEST_F(SystemWithRecognition, MeasuresItsBoundBesideThatOfMeanField) {
  std::vector<double> by_guess(kCases), by_mean_field(kCases);
  State state = swept();
  bound_at(ctx, model(), state, by_guess);
  variational_bound(ctx, model(), {.sweeps = 100}, state, by_mean_field);
  double mean_guess = 0, mean = 0, square = 0;
  for (std::size_t i = 0; i < by_guess.size(); ++i) {
    const double above = by_mean_field[i] - by_guess[i];
    mean_guess += by_guess[i] / kCases;
    mean += above / kCases;
    square += above * above / kCases;
  }
  ASSERT_GT(mean, 0.01);

  GraphRecipe recipe;
  recipe.evaluate.ais_steps = 100;
  recipe.evaluate.ais_runs = 20;
  recipe.evaluate.exact_cases = 0;
  recipe.evaluate.tempering_rounds = 0;
  CaseSets sets;
  const std::filesystem::path nowhere;
  std::vector<Finding> findings;
  measure_likelihood(ctx, {.system = system, .recipe = recipe, .sets = sets, .cases = cases, .folder = nowhere},
                     findings);
  const auto found = [&](const char* name) {
    const Estimate* estimate = find_estimate(findings, name);
    EXPECT_NE(estimate, nullptr) << name;
    return estimate ? *estimate : Estimate{};
  };
  EXPECT_NEAR(found("bound_by_recognition").value, mean_guess - found("log_z").value, 1e-9);
  EXPECT_NEAR(found("bound_minus_recognition").value, mean, 1e-9);
  EXPECT_NEAR(found("bound_minus_recognition").standard_error, std::sqrt((square - mean * mean) / (kCases - 1)), 1e-9);

  system.parts.erase("recognition");
  findings.clear();
  measure_likelihood(ctx, {.system = system, .recipe = recipe, .sets = sets, .cases = cases, .folder = nowhere},
                     findings);
  EXPECT_EQ(find_estimate(findings, "bound_by_recognition"), nullptr);
}

TEST_F(SystemWithRecognition, EncodesAndReconstructsByOneSweepFromItsGuess) {
  const State state = swept();
  for (const char* layer : {"hidden1", "hidden2"})
    expect_same(graph_codes(ctx, system, cases, layer, {}).x, state.x(*model().find(layer)));
  Tensor down(DType::f32, kCases, 8);
  mean_layer(ctx, model(), model().visible(), state, {}, down);
  expect_same(graph_reconstruction(ctx, system, cases, {}), down);
}

TEST_F(SystemWithRecognition, IsSavedAndReadBack) {
  const TempFolder place;
  write_system(place / "model.safetensors", system);
  const System read = read_system(place / "model.safetensors", kinds());
  const EnergyModel* kept = find_recognition(read);
  ASSERT_NE(kept, nullptr);
  for (std::size_t c = 0; c < 2; ++c)
    expect_same(kept->connections()[c].weight, part<EnergyModel>(system, "recognition").connections()[c].weight);
  EXPECT_EQ(parameters_of(read), 2 * model().parameters());
}

TEST_F(SystemWithRecognition, OfAnotherMachineIsRefused) {
  system.parts.insert_or_assign("recognition", recognition_model(ctx, dbm(8, {5, 3})));
  EXPECT_THROW(find_recognition(system), InputError);
  EXPECT_THROW(graph_codes(ctx, system, cases, "", {}), InputError);
  system.parts.erase("recognition");
  EXPECT_EQ(find_recognition(system), nullptr);
}

}  // namespace
}  // namespace deepboltz::testing
