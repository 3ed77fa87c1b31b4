#include "deepboltz/infer/mean_field.h"

#include "tests/model/brute_force.h"
#include "tests/model/golden.h"
#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/model/field.h"

namespace deepboltz::testing {
namespace {

class MeanFieldOfGraph : public ::testing::TestWithParam<int> {
 protected:
  EnergyModel model = random_graph(GetParam());
  Key key = Key{300}.fold(std::uint64_t(GetParam()));
  Context ctx;

  State with_evidence(std::int64_t cases) {
    State state = state_of(ctx, model, BruteForce(model).draw(cases, key));
    for (LayerId id : model.ids())
      if (model.layer(id).role != Role::hidden) state.clamp(id);
    return state;
  }
};

INSTANTIATE_TEST_SUITE_P(Random, MeanFieldOfGraph, ::testing::Range(0, kGraphs));

TEST_P(MeanFieldOfGraph, EndsWhereEveryMeanIsThatOfItsField) {
  State state = with_evidence(20);
  bottom_up(ctx, model, state);
  const MeanFieldInfo info = mean_field(ctx, model, {.sweeps = 20'000, .tolerance = 1e-15}, state);
  EXPECT_LT(info.change, 1e-15) << "after " << info.sweeps << " sweeps";
  for (LayerId id : model.ids()) {
    if (state.is_clamped(id)) continue;
    Tensor mean(model.precision(), state.cases, model.layer(id).units);
    mean_layer(ctx, model, id, state, {}, mean);
    for (std::int64_t r = 0; r < state.cases; ++r)
      for (std::int64_t u = 0; u < mean.cols(); ++u) EXPECT_NEAR(mean.at(r, u), state.layers[at(id)].at(r, u), 1e-12);
  }
}

TEST_P(MeanFieldOfGraph, DampingChangesTheWayAndNotTheEnd) {
  State start = with_evidence(20);
  bottom_up(ctx, model, start);
  mean_field(ctx, model, {.sweeps = 20'000, .tolerance = 1e-15}, start);
  State damped = start.clone();
  EXPECT_EQ(mean_field(ctx, model, {.damping = 0.5}, damped).sweeps, 1);  // a fixed point of both
  for (LayerId id : model.ids())
    for (std::int64_t u = 0; u < model.layer(id).units; ++u)
      EXPECT_NEAR(damped.layers[at(id)].at(0, u), start.layers[at(id)].at(0, u), 1e-14);
}

TEST_P(MeanFieldOfGraph, ClampedUnitsAreEvidenceToTheBit) {
  State state = with_evidence(10);
  const LayerId hidden{int(model.layers().size()) - 1};
  if (!state.is_clamped(hidden)) {  // the first group of its units is known too
    const std::int64_t group = group_size(model.layer(hidden).unit);
    Tensor mask(DType::u8, 10, model.layer(hidden).units);
    for (std::int64_t r = 0; r < 10; ++r)
      for (std::int64_t k = 0; k < group; ++k) {
        mask.set(r, k, 1);
        state.layers[at(hidden)].set(r, k,
                                     0.1 + 0.07 * double(r));  // a mean: arithmetic would not return it to the bit
      }
    state.clamp(hidden, std::move(mask));
  }
  const State before = state.clone();
  bottom_up(ctx, model, state);
  mean_field(ctx, model, {}, state);
  mean_field(ctx, model, {.sweeps = 3, .damping = 0.3}, state);
  for (LayerId id : model.ids())
    for (std::int64_t r = 0; r < 10; ++r)
      for (std::int64_t u = 0; u < model.layer(id).units; ++u) {
        const bool known =
            before.is_clamped(id) || (!before.mask(id).empty() && before.clamped[at(id)].mask.at(r, u) != 0);
        if (known) {
          EXPECT_EQ(state.layers[at(id)].at(r, u), before.layers[at(id)].at(r, u));
        }
      }
}

TEST(MeanField, OfOneHiddenLayerIsItsExactPosteriorInOnePass) {
  Context ctx;
  for (int number = 0; number < kGraphs; ++number) {
    const EnergyModel model = random_rbm(number);
    const BruteForce exact(model);
    const auto rows = exact.draw(1, Key{7}.fold(std::uint64_t(number)));
    State state = state_of(ctx, model, rows);
    for (LayerId id : model.ids())
      if (model.layer(id).role != Role::hidden) state.clamp(id);
    bottom_up(ctx, model, state);
    const LayerId h = *model.find("hidden");
    const auto agrees = [&](const Joint& x) {
      for (LayerId id : model.ids())
        if (id != h && x[at(id)] != rows[0][at(id)]) return false;
      return true;
    };
    const double all = exact.mean([&](const Joint& x) { return agrees(x) ? 1.0 : 0.0; });
    for (std::int64_t u = 0; u < model.layer(h).units; ++u)
      EXPECT_NEAR(state.layers[at(h)].at(0, u),
                  exact.mean([&](const Joint& x) { return agrees(x) ? x[at(h)][std::size_t(u)] : 0.0; }) / all, 1e-12);
    EXPECT_EQ(mean_field(ctx, model, {}, state).sweeps, 1);
  }
}

// Without evidence every layer starts: the first from its bias, the others from what is known by then.
TEST(MeanField, StartsFromTheBiasesWhereNothingIsClamped) {
  Context ctx;
  const EnergyModel model = golden_dbm();
  State state = model.make_state(ctx, 1);
  bottom_up(ctx, model, state);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(state.layers[0].at(0, i), logistic(model.layers()[0].bias.at(0, i)), 1e-15);
  double input = model.layers()[1].bias.at(0, 0);
  for (int i = 0; i < 3; ++i) input += 2 * state.layers[0].at(0, i) * model.connections()[0].weight.at(i, 0);
  EXPECT_NEAR(state.layers[1].at(0, 0), logistic(input), 1e-15);
}

TEST(MeanField, RefusesImpossibleOptions) {
  Context ctx;
  const EnergyModel model = golden_dbm();
  State state = model.make_state(ctx, 1);
  EXPECT_THROW(mean_field(ctx, model, {.sweeps = 0}, state), InputError);
  EXPECT_THROW(mean_field(ctx, model, {.damping = -0.1}, state), InputError);
  EXPECT_THROW(mean_field(ctx, model, {.damping = 1}, state), InputError);
  EXPECT_THROW(mean_field(ctx, model, {.damping = NAN}, state), InputError);
}

// Published: DBM 3–2–2, v = (1, 0, 1), start by the doubled weights and the fixed point.
class GoldenDbm : public ::testing::TestWithParam<DType> {};
INSTANTIATE_TEST_SUITE_P(Precision, GoldenDbm, ::testing::Values(DType::f64, DType::f32));

TEST_P(GoldenDbm, StartsAndEndsAtThePublishedMeans) {
  Context ctx;
  const EnergyModel model = golden_dbm(GetParam());
  const double near = GetParam() == DType::f64 ? 5.1e-11 : 1e-6;  // ten digits are printed
  State state = model.make_state(ctx, 1);
  set_cases<3>(state, {0}, {{1, 0, 1}});
  bottom_up(ctx, model, state);
  EXPECT_NEAR(state.layers[1].at(0, 0), 0.7855752824, near);
  EXPECT_NEAR(state.layers[1].at(0, 1), 0.3282769719, near);
  EXPECT_NEAR(state.layers[2].at(0, 0), 0.4240097006, near);
  EXPECT_NEAR(state.layers[2].at(0, 1), 0.4026930428, near);
  mean_field(ctx, model, {.sweeps = 1'000, .tolerance = 1e-14}, state);
  EXPECT_NEAR(state.layers[1].at(0, 0), 0.5563199589, near);
  EXPECT_NEAR(state.layers[1].at(0, 1), 0.3722562129, near);
  EXPECT_NEAR(state.layers[2].at(0, 0), 0.4328999378, near);
  EXPECT_NEAR(state.layers[2].at(0, 1), 0.4302998234, near);
}

}  // namespace
}  // namespace deepboltz::testing
