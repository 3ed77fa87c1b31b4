// Machines with rectified linear units: no likelihood to differentiate, hence the laws of what learning counts.
#include <cmath>

#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/infer/mean_field.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/learn/phases.h"
#include "deepboltz/learn/step.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz {
namespace {

// Two sides without a limit run away where weights are large.
EnergyModel machine(Unit visible, Unit hidden) {
  EnergyModel model = rbm(5, 3, {.precision = DType::f64, .visible = visible, .hidden = hidden});
  const bool limited = visible == Unit(Bernoulli{}) || hidden == Unit(Bernoulli{});
  testing::randomise(model, limited ? 0.4 : 0.15, {7});
  return model;
}

// Sweeps from hidden to visible and back have a distribution of v that they keep, whether or not an energy has their
// conditionals. Data from there expect no gradient of contrastive divergence, by means or by draws.
TEST(RectifiedLinear, DataOfTheMachinesOwnExpectNoGradient) {
  constexpr std::int64_t kCases = 5'000;
  Context ctx(1);
  const std::pair<Unit, Unit> kPairs[] = {
      {Bernoulli{}, Relu{}}, {Relu{}, Bernoulli{}}, {Gaussian{}, Relu{}}, {Relu{}, Relu{}}};
  for (const auto& [visible, hidden] : kPairs)
    for (auto statistics : {Negative::Statistics::rao_blackwell, Negative::Statistics::sample}) {
      const EnergyModel model = machine(visible, hidden);
      Learner learner;
      learner.negative.statistics = statistics;
      State data = make_batch(ctx, model, kCases);
      data.unclamp({0});
      advance(ctx, model, Gibbs{100}, Key{3}, data);
      data.clamp({0});
      LearningState learning = start_learning(ctx, model, learner, kCases);
      positive_phase(ctx, learner, Key{4}, model, data, learning);
      // The spread of one case's statistics, for the tolerance.
      double most = 0;
      for (std::int64_t i = 0; i < 5; ++i)
        for (std::int64_t j = 0; j < 3; ++j) {
          double squares = 0;
          for (std::int64_t r = 0; r < kCases; ++r) {
            const double x = data.layers[0].at(r, i), y = learning.chains.layers[1].at(r, j);
            squares += x * x * y * y / double(kCases);
          }
          most = std::max(most, squares);
        }
      negative_phase(ctx, learner, 0, Key{4}, model, data, learning);
      const double tolerance = 5 * std::sqrt(2 * most / double(kCases));
      for (std::int64_t i = 0; i < 5; ++i)
        for (std::int64_t j = 0; j < 3; ++j)
          EXPECT_NEAR(learning.gradient.weight[0].at(i, j), 0, tolerance)
              << name_of(visible) << " " << name_of(hidden) << " " << i << " " << j;
    }
}

// The positive phase counts v·E[h | v], with the mean of the draws, by hand.
TEST(RectifiedLinear, TheDataCountByTheMeanOfTheDraws) {
  Context ctx(1);
  const EnergyModel model = machine(Bernoulli{}, Relu{});
  State data = make_batch(ctx, model, 2);
  for (std::int64_t i = 0; i < 5; ++i) data.layers[0].set(0, i, i % 2), data.layers[0].set(1, i, i < 2);
  LearningState learning = start_learning(ctx, model, {}, 2);
  positive_phase(ctx, {}, Key{4}, model, data, learning);
  Tensor bias(DType::f64, 1, 3);
  ordinary_bias(ctx, model, {1}, bias);
  for (std::int64_t j = 0; j < 3; ++j) {
    double by_hand[5] = {};
    for (std::int64_t r = 0; r < 2; ++r) {
      double field = bias.at(0, j);
      for (std::int64_t i = 0; i < 5; ++i) field += data.layers[0].at(r, i) * model.connections()[0].weight.at(i, j);
      for (std::int64_t i = 0; i < 5; ++i) by_hand[i] += data.layers[0].at(r, i) * Relu::mean(field) / 2;
    }
    for (std::int64_t i = 0; i < 5; ++i) EXPECT_NEAR(learning.gradient.weight[0].at(i, j), by_hand[i], 1e-13);
  }
}

// A deep machine with a rectified layer in the middle: mean field ends where every mean is that of its field.
TEST(RectifiedLinear, MeanFieldIsAFixedPointOfTheMeans) {
  Context ctx(1);
  EnergyModel model(DType::f64);
  model.add("v", Bernoulli{}, 4, Role::visible);
  model.add("middle", Relu{}, 3);
  model.add("top", Bernoulli{}, 3);
  model.connect({0}, {1});
  model.connect({1}, {2});
  testing::randomise(model, 0.5, {8});
  State state = model.make_state(ctx, 6);
  advance(ctx, model, Gibbs{3}, Key{5}, state);
  state.clamp({0});
  bottom_up(ctx, model, state);
  mean_field(ctx, model, {.sweeps = 10'000, .tolerance = 1e-15}, state);
  for (LayerId id : {LayerId{1}, LayerId{2}}) {
    Tensor mean(DType::f64, 6, 3);
    mean_layer(ctx, model, id, state, {}, mean);
    for (std::int64_t r = 0; r < 6; ++r)
      for (std::int64_t u = 0; u < 3; ++u)
        EXPECT_NEAR(mean.at(r, u), state.layers[std::size_t(id.index)].at(r, u), 1e-12);
  }
}

TEST(RectifiedLinear, SamplersAndObjectivesThatNeedAnEnergyAreRefused) {
  Context ctx(1);
  const EnergyModel model = machine(Bernoulli{}, Relu{});
  using Kind = ChainSampler::Kind;
  for (Kind kind : {Kind::parallel_tempering, Kind::tempered_transitions, Kind::cast, Kind::trajectory}) {
    Learner learner;
    learner.negative = {.kind = Negative::Kind::persistent, .sampler = {.kind = kind}};
    try {
      require_learner(learner, model);
      ADD_FAILURE() << int(kind);
    } catch (const InputError& error) {
      EXPECT_STREQ(error.what(),
                   "sampler: 'hidden1' is of relu units, whose draws have no normaliser: no energy and no "
                   "log-probability has them");
    }
  }
  Learner fast;
  fast.negative = {.kind = Negative::Kind::persistent, .fast = true};
  EXPECT_NO_THROW(require_learner(fast, model));
  Learner hybrid;
  hybrid.objective.kind = Objective::Kind::hybrid;
  EXPECT_THROW(require_learner(hybrid, rbm(4, 3, {.classes = 2, .hidden = Relu{}})), InputError);
  EXPECT_NO_THROW(require_learner(hybrid, rbm(4, 3, {.classes = 2})));
}

}  // namespace
}  // namespace deepboltz
