// Real-valued data as states: whitened they are white, a machine without weights is the Gaussian of their covariance,
// and what cannot be whitened is refused.
#include "deepboltz/system/layered/standardise.h"

#include <cmath>
#include <numbers>

#include "tests/io/refusal.h"
#include <gmock/gmock.h>

#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/graph/graph_recipe.h"
#include "deepboltz/system/layered/load.h"

namespace deepboltz {
namespace {

using ::testing::HasSubstr;
using testing::refusal;

constexpr std::int64_t kCases = 2'500, kUnits = 3;  // more than a block of the covariance

Dataset correlated() {
  Dataset data{"d", Tensor(DType::f32, kCases, kUnits)};
  for (std::int64_t r = 0; r < kCases; ++r) {
    const auto draw = [&](std::uint32_t i) { return normal({1}, std::uint32_t(r), i); };
    data.x.set(r, 0, 5 + draw(0));
    data.x.set(r, 1, -2 + 0.5 * draw(0) + 0.1 * draw(1));
    data.x.set(r, 2, draw(0) - draw(1) + 3 * draw(2));
  }
  return finished(std::move(data));
}

// Mean and covariance of columns, by plain sums.
struct Moments {
  double mean[kUnits] = {}, covariance[kUnits][kUnits] = {};

  explicit Moments(const Tensor& x) {
    const double cases = double(x.rows());
    for (std::int64_t r = 0; r < x.rows(); ++r)
      for (int i = 0; i < kUnits; ++i) mean[i] += x.at(r, i) / cases;
    for (std::int64_t r = 0; r < x.rows(); ++r)
      for (int i = 0; i < kUnits; ++i)
        for (int j = 0; j < kUnits; ++j) covariance[i][j] += (x.at(r, i) - mean[i]) * (x.at(r, j) - mean[j]) / cases;
  }
  double determinant() const {
    const auto& c = covariance;
    return c[0][0] * (c[1][1] * c[2][2] - c[1][2] * c[2][1]) - c[0][1] * (c[1][0] * c[2][2] - c[1][2] * c[2][0]) +
           c[0][2] * (c[1][0] * c[2][1] - c[1][1] * c[2][0]);
  }
};

EnergyModel machine(const Cases& data, Standardise how, double floor) {
  EnergyModel model = rbm(data.at(kVisibleColumn).units(), 2, {.precision = DType::f64, .visible = Gaussian{}});
  standardise(data, how, floor, {}, model.layer(model.visible()));
  return model;
}

TEST(Standardise, WhitenedStatesAreWhite) {
  Context ctx;
  const Cases data = cases_of(correlated());
  const Moments white(visible_states(ctx, machine(data, Standardise::zca, 1e-9), data));
  for (int i = 0; i < kUnits; ++i) {
    EXPECT_NEAR(white.mean[i], 0, 1e-9);
    for (int j = 0; j < kUnits; ++j) EXPECT_NEAR(white.covariance[i][j], double(i == j), 1e-5);
  }
}

// Without weights and without a floor the machine is the Gaussian of the data's covariance: −½(D log 2π + log det C +
// D).
TEST(Standardise, AMachineWithoutWeightsIsAGaussian) {
  Context ctx;
  const Cases data = cases_of(correlated());
  const EnergyModel model = machine(data, Standardise::zca, 1e-9);
  const Layer& visible = model.layer(model.visible());
  State state = model.make_state(ctx, kCases);
  const Tensor x = visible_states(ctx, model, data);
  for (std::int64_t r = 0; r < kCases; ++r)
    for (std::int64_t i = 0; i < kUnits; ++i) state.layers[0].set(r, i, x.at(r, i));
  state.clamp(model.visible());
  std::vector<double> log_p(std::size_t{kCases});
  negative_free_energy(ctx, model, state, log_p);
  double mean = 0;
  for (double value : log_p) mean += (value - exact_log_z(ctx, model) + log_jacobian(visible)) / double(kCases);
  const double expected =
      -0.5 * (kUnits * std::log(2 * std::numbers::pi) + std::log(Moments(correlated().x).determinant()) + kUnits);
  EXPECT_NEAR(mean, expected, 1e-5);
}

// Along a direction of variance λ the states have λ / (λ + floor·mean λ).
TEST(Standardise, TheFloorShrinksWhatHardlyVaries) {
  Context ctx;
  const Cases data = cases_of(correlated());
  const Moments before(correlated().x), after(visible_states(ctx, machine(data, Standardise::zca, 0.5), data));
  double trace = 0;
  for (int i = 0; i < kUnits; ++i) trace += before.covariance[i][i];
  const double floor = 0.5 * trace / kUnits;
  Moments with_floor = before;
  for (int i = 0; i < kUnits; ++i) with_floor.covariance[i][i] += floor;
  const double expected = before.determinant() / with_floor.determinant();
  EXPECT_NEAR(after.determinant(), expected, 1e-5 * expected);
}

TEST(Standardise, ColumnsKeepTheirCorrelation) {
  Context ctx;
  const Cases data = cases_of(correlated());
  const Moments before(correlated().x), after(visible_states(ctx, machine(data, Standardise::columns, 0.01), data));
  EXPECT_NEAR(after.covariance[0][0], 1, 1e-9);
  EXPECT_NEAR(after.covariance[0][1],
              before.covariance[0][1] / std::sqrt(before.covariance[0][0] * before.covariance[1][1]), 1e-9);
}

TEST(Standardise, WhiteningSaysWhatItDoesAndStopsWhereItIsAsked) {
  const Cases data = cases_of(correlated());
  EnergyModel model = rbm(kUnits, 2, {.visible = Gaussian{}});
  int calls = 0, stop = 0;
  std::int64_t done = 0;
  const Report report = [&](const Progress& progress) {
    EXPECT_EQ(progress.activity, "whiten");
    EXPECT_LE(progress.done, progress.total);
    done = progress.total - progress.done;
    return ++calls != stop;
  };
  Layer& visible = model.layer(model.visible());
  do {
    EXPECT_TRUE(visible.whitening.empty());
    calls = 0;
    ++stop;
    try {
      standardise(data, Standardise::zca, 0.1, {.report = report}, visible);
      break;
    } catch (const Interrupted&) {
      EXPECT_EQ(calls, stop);
    }
  } while (stop < 100);
  EXPECT_EQ(calls, 6);  // before any work, three blocks of cases, the root, its inverse
  EXPECT_EQ(done, 0);
}

TEST(Standardise, ShapesAloneAreWhitenedByDeviations) {
  const Cases data = cases_of(correlated());
  EnergyModel model = rbm(kUnits, 2, {.precision = DType::f64, .visible = Gaussian{}});
  Layer& visible = model.layer(model.visible());
  const Report never = [](const Progress&) { return false; };
  standardise(data, Standardise::zca, 0.1, {.shapes_only = true, .report = never}, visible);
  const Moments x(correlated().x);
  double log_det = 0;
  for (int i = 0; i < kUnits; ++i) {
    log_det += std::log(x.covariance[i][i]) / 2;
    for (int j = 0; j < kUnits; ++j) {
      EXPECT_NEAR(visible.whitening.root.at(i, j), i == j ? std::sqrt(x.covariance[i][i]) : 0, 1e-12);
      EXPECT_NEAR(visible.whitening.inverse.at(i, j), i == j ? 1 / std::sqrt(x.covariance[i][i]) : 0, 1e-12);
    }
  }
  EXPECT_NEAR(visible.whitening.log_det, log_det, 1e-12);
}

TEST(Standardise, RefusesWhatCannotBeWhitened) {
  Context ctx;
  const Cases data = cases_of(correlated());
  EnergyModel model = machine(data, Standardise::zca, 1e-9);
  Layer& visible = model.layer(model.visible());
  EXPECT_THAT(refusal([&] { standardise(data, Standardise::zca, 0.01, {}, visible); }),
              HasSubstr("the layer 'visible' is whitened already"));
  const Tensor white = visible_states(ctx, model, data);
  Dataset twice{"w", white.to(DType::f32)};
  EXPECT_THAT(refusal([&] { machine(cases_of(finished(std::move(twice))), Standardise::zca, 0.01); }),
              HasSubstr("decorrelated and of one variance already"));
  Dataset still = correlated();
  for (std::int64_t r = 0; r < kCases; ++r) still.x.set(r, 1, 4);
  const Cases constant = cases_of(std::move(still));
  for (const Standardise how : {Standardise::zca, Standardise::columns})
    EXPECT_THAT(refusal([&] { machine(constant, how, 0.01); }), HasSubstr("column 1 is 4 in every case"));
}

// Patches come from the pictures of their own share, by keys of their own.
TEST(CasesOfPatches, EachShareHasItsOwn) {
  Context ctx;
  GraphRecipe recipe;
  recipe.model.visible = Gaussian{};
  recipe.data.validation = 10;
  recipe.data.train_cases = 40;
  recipe.data.test_cases = 20;
  recipe.data.patch_side = 6;
  recipe.data.patches = 300;
  recipe.data.held_out_patches = 50;
  const CaseSets sets = load_cases(ctx, recipe, {});
  EXPECT_EQ(sets.train.count(), 300);
  EXPECT_EQ(sets.validation.count(), 50);
  EXPECT_EQ(sets.test.count(), 50);
  for (const Share share : {Share::train, Share::validation, Share::test}) {
    const Column& patches = sets.of(share).at(kVisibleColumn);
    EXPECT_EQ(patches.units(), 36);
    EXPECT_EQ(patches.meaning.height, 6);
    EXPECT_EQ(patches.rows().dtype, DType::f32);
    EXPECT_TRUE(labels_of(sets.of(share)).empty());
  }
  EXPECT_NE(sets.validation.origin.sha256, sets.test.origin.sha256);
  EXPECT_EQ(load_cases(ctx, recipe, {}).train.origin.sha256, sets.train.origin.sha256);
  recipe.data.patch_side = 29;
  EXPECT_THAT(refusal([&] { load_cases(ctx, recipe, {}); }), HasSubstr("patches of 29 × 29"));
}

}  // namespace
}  // namespace deepboltz
