// Standard deviations of real-valued data, learnt: their slope against differences of exact densities, and whether
// learning finds those that the data were made with.
#include "deepboltz/learn/deviation.h"

#include <cmath>

#include "tests/model/gaussian_machine.h"
#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

#include "deepboltz/infer/enumerate.h"
#include "deepboltz/learn/checkpoint.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/learn/phases.h"
#include "deepboltz/model/save.h"
#include "deepboltz/model/standardisation.h"

namespace deepboltz::testing {
namespace {

// Mean log p of the cases in the data's own numbers.    values: (cases, units)
double mean_log_p(Context& ctx, const EnergyModel& model, const Tensor& values) {
  State state = model.make_state(ctx, values.rows());
  for (std::int64_t r = 0; r < values.rows(); ++r)
    for (std::int64_t i = 0; i < values.cols(); ++i) state.layers[0].set(r, i, values.at(r, i));
  to_states(ctx, model.layers()[0], state.x({0}));
  state.clamp({0});
  std::vector<double> given(std::size_t(values.rows()));
  exact_log_z_given(ctx, model, state, {}, given);
  double sum = 0;
  for (double g : given) sum += g;
  return sum / double(values.rows()) - exact_log_z(ctx, model) + log_jacobian(model.layers()[0]);
}

// 1.3 on the diagonal and 0.3 beside it.
Tensor alike(std::int64_t units) {
  Tensor root(DType::f64, units, units);
  for (std::int64_t i = 0; i < units; ++i)
    for (std::int64_t j = 0; j < units; ++j) root.set(i, j, i == j ? 1.3 : 0.3);
  return root;
}

TEST(Deviation, SlopeIsThatOfTheMeanLogDensity) {
  Context ctx;
  for (int number = 0; number < kGaussianMachines; ++number) {
    EnergyModel model = gaussian_machine(number);
    if (!model.hidden_is_one_block()) continue;
    Layer& visible = model.layers()[0];
    standardise_by(3, 2, visible);
    if (number % 2 == 0) visible.whitening = whitening_by(alike(visible.units));
    Tensor values(DType::f64, 5, visible.units);
    fill_normal(values, 4, Key{41}.fold(std::uint64_t(number)));
    State data = make_batch(ctx, model, 5);
    for (std::int64_t r = 0; r < 5; ++r)
      for (std::int64_t i = 0; i < visible.units; ++i) data.layers[0].set(r, i, values.at(r, i));
    to_states(ctx, visible, data.x({0}));
    infer_posterior(ctx, model, Learner{}, data);
    Tensor slope(DType::f64, 1, visible.units);
    deviation_slope(ctx, model, data, slope);
    for (std::int64_t i = 0; i < visible.units; ++i) {
      const auto at = [&](double step) {
        EnergyModel moved = model.clone();
        moved.layers()[0].scale.set(0, i, 2 * std::exp(step));
        return mean_log_p(ctx, moved, values);
      };
      EXPECT_NEAR(slope.at(0, i), slope_of(at), 1e-7) << number;
    }
  }
}

TEST(Deviation, StaysWithinItsReach) {
  Context ctx;
  EnergyModel model = rbm(2, 1, {.precision = DType::f64, .visible = Gaussian{}});
  EXPECT_FALSE(has_deviations(model));
  standardise_by(0, 4, model.layers()[0]);
  EXPECT_TRUE(has_deviations(model));
  Tensor slope(DType::f64, 1, 2), first(DType::f64, 1, 2);
  for (int i = 0; i < 2; ++i) {
    first.set(0, i, 4);
    slope.set(0, i, i == 0 ? 1 : -1);
  }
  step_deviations(ctx, 0.5, slope, first, model);
  EXPECT_NEAR(model.layers()[0].scale.at(0, 0), 4 * std::exp(0.5), 1e-12);
  EXPECT_NEAR(model.layers()[0].scale.at(0, 1), 4 * std::exp(-0.5), 1e-12);
  for (int step = 0; step < 100; ++step) step_deviations(ctx, 0.5, slope, first, model);
  EXPECT_NEAR(model.layers()[0].scale.at(0, 0), 4 * std::exp(3), 1e-11);
  EXPECT_NEAR(model.layers()[0].scale.at(0, 1), 4 * std::exp(-3), 1e-13);
}

// Two clusters of known spread, far apart in one direction: standardised, the spread is a fraction of the whole.
class LearntDeviations : public ::testing::Test {
 protected:
  static constexpr std::int64_t kCases = 2'000;
  static constexpr double kSpread[2] = {0.5, 30}, kDistance[2] = {2, 90};

  Source source() const {
    Source clusters;
    clusters.cases = std::uint32_t(kCases);
    clusters.visible = {{[this](Context& where, std::span<const std::uint32_t> rows, Key, Matrix out) {
      for (std::size_t r = 0; r < rows.size(); ++r)
        for (std::int64_t i = 0; i < 2; ++i) {
          const bool far = uniform(Key{51}, rows[r], 0) < 0.4f;
          out.as<double>()(std::int64_t(r), i) =
              (far ? kDistance[i] : 0) + kSpread[i] * normal(Key{52}, rows[r], std::uint32_t(i));
        }
      to_states(where, model.layers()[0], out);
    }}};
    return clusters;
  }
  void standardise() {
    learner.negative.kind = Negative::Kind::persistent;
    learner.negative.sweeps = 2;
    standardise_by(0, 1, model.layers()[0]);
    for (int i = 0; i < 2; ++i) {
      model.layers()[0].shift.set(0, i, 0.4 * kDistance[i]);
      model.layers()[0].scale.set(0, i, std::sqrt(kSpread[i] * kSpread[i] + 0.24 * kDistance[i] * kDistance[i]));
    }
    initialise_weights(model, 0.1, {53});
  }
  Context ctx;
  EnergyModel model = rbm(2, 4, {.precision = DType::f64, .visible = Gaussian{}});
  Learner learner;
};

TEST_F(LearntDeviations, AreThoseThatTheDataWereMadeWith) {
  standardise();
  LearningState learning = start_learning(ctx, model, learner, 100);
  State batch = make_batch(ctx, model, 100);
  const Source clusters = source();
  for (int epoch = 0; epoch < 150; ++epoch)
    fit_epoch(ctx, learner, clusters, {.batch = 100, .key = {54}}, {}, model, batch, learning);
  for (int i = 0; i < 2; ++i) EXPECT_NEAR(model.layers()[0].scale.at(0, i) / kSpread[i], 1, 0.1) << i;
}

TEST_F(LearntDeviations, GoOnFromACheckpointWithTheSameBits) {
  standardise();
  EnergyModel stopped = model.clone();
  const auto epoch = [&](EnergyModel& trained, LearningState& learning) {
    std::swap(model, trained);  // the source presents by `model`
    State batch = make_batch(ctx, model, 100);
    fit_epoch(ctx, learner, source(), {.batch = 100, .key = {54}}, {}, model, batch, learning);
    std::swap(model, trained);
  };
  EnergyModel straight = model.clone();
  LearningState all = start_learning(ctx, straight, learner, 100);
  for (int e = 0; e < 4; ++e) epoch(straight, all);
  LearningState first = start_learning(ctx, stopped, learner, 100);
  for (int e = 0; e < 2; ++e) epoch(stopped, first);
  Archive checkpoint;
  add_numbers(stopped, "model/", checkpoint);
  add_learning(first, checkpoint);
  Archive read = parse_safetensors(make_safetensors(checkpoint), "memory");
  EnergyModel resumed = model.clone();
  take_numbers("model/", read, resumed);
  LearningState rest = start_learning(ctx, resumed, learner, 100);
  take_learning(read, rest);
  EXPECT_EQ(rest.first_scale[0].at(0, 1), model.layers()[0].scale.at(0, 1));  // not that of the checkpoint
  for (int e = 0; e < 2; ++e) epoch(resumed, rest);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(resumed.layers()[0].scale.at(0, i), straight.layers()[0].scale.at(0, i));
  EXPECT_NE(resumed.layers()[0].scale.at(0, 0), model.layers()[0].scale.at(0, 0));
}

TEST_F(LearntDeviations, AreNotLookedForWhereTheChainsRunAway) {
  standardise();
  learner.rate.start = 2;
  LearningState learning = start_learning(ctx, model, learner, 100);
  State batch = make_batch(ctx, model, 100);
  try {
    for (int epoch = 0; epoch < 50; ++epoch)
      fit_epoch(ctx, learner, source(), {.batch = 100, .key = {54}}, {}, model, batch, learning);
    FAIL() << "trained on";
  } catch (const NumericalError& error) {
    EXPECT_NE(std::string(error.what()).find("have run away from the data"), std::string::npos) << error.what();
  }
}

TEST_F(LearntDeviations, StayWhereTheRateIsZero) {
  standardise();
  learner.deviation_rate = 0;
  LearningState learning = start_learning(ctx, model, learner, 100);
  State batch = make_batch(ctx, model, 100);
  fit_epoch(ctx, learner, source(), {.batch = 100, .key = {54}}, {}, model, batch, learning);
  EXPECT_EQ(model.layers()[0].scale.at(0, 0), learning.first_scale[0].at(0, 0));
}

}  // namespace
}  // namespace deepboltz::testing
