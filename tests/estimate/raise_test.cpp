#include "deepboltz/estimate/raise.h"

#include "tests/estimate/annealing_model.h"
#include "tests/model/golden.h"
#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/infer/enumerate.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/ladder.h"

namespace deepboltz::testing {
namespace {

// Published: 4–3 RBM, base 0.2 i − 0.3, five temperatures; log p_annealing(1, 0, 1, 1).
constexpr double kGoldenLogP = -2.679852248587;

std::vector<Tensor> golden_base() {
  std::vector<Tensor> base;
  base.emplace_back(DType::f64, 1, 4);
  base.emplace_back(DType::f64, 1, 3);
  for (int i = 0; i < 4; ++i) base[0].set(0, i, 0.2 * i - 0.3);
  return base;
}

// The mean of exp(estimate) over independent repetitions, with its standard error.
Estimate mean_weight(Context& ctx, const EnergyModel& model, const State& cases, AisOptions options, std::size_t c) {
  std::vector<double> w;
  const Key key = options.key;
  for (std::uint64_t repeat = 0; repeat < 40; ++repeat) {
    options.key = key.fold(repeat);
    w.push_back(std::exp(raise_log_p(ctx, model, cases, options)[c].value));
  }
  return mean_estimate(w);
}

TEST(Raise, HasThePublishedExpectationByArithmetic) {
  const EnergyModel model = golden_rbm();
  const auto base = golden_base();
  const AnnealingModel annealing(model, {0, 0.25, 0.5, 0.75, 1}, &base);
  const std::vector<double> v{1, 0, 1, 1};
  EXPECT_NEAR(std::log(annealing.forward({v})), kGoldenLogP, 2e-12);
  EXPECT_NEAR(std::log(annealing.reverse({v})), kGoldenLogP, 2e-12);
  double all = 0;
  for (const auto& kept : annealing.kept()) {
    EXPECT_NEAR(annealing.forward(kept), annealing.reverse(kept), 1e-13);
    all += annealing.forward(kept);
  }
  EXPECT_NEAR(all, 1, 1e-13);
}

TEST(Raise, HasThePublishedExpectationBySimulation) {
  Context ctx;
  const EnergyModel model = golden_rbm();
  const auto base = golden_base();
  State state = model.make_state(ctx, 2);
  set_cases<4>(state, {0}, {{0, 0, 0, 0}, {1, 0, 1, 1}});
  const AisOptions options{.ladder = {0, 0.25, 0.5, 0.75, 1}, .runs = 1'000, .base = &base, .key = {3}};
  const Estimate w = mean_weight(ctx, model, state, options, 1);
  EXPECT_NEAR(w.value, std::exp(kGoldenLogP), 4 * w.standard_error);
}

// On machines of Bernoulli and softmax units, also where visible and label layer touch: then a sweep has three blocks,
// and only its reversal has the right mean.
TEST(Raise, WeighsEveryCaseByTheAnnealingModelOnAverage) {
  Context ctx;
  for (int number = 0; number < 30; ++number) {
    const EnergyModel model = random_rbm(number);
    const auto base = random_base(model, Key{101}.fold(std::uint64_t(number)));
    const std::vector<double> ladder{0, 0.4, 1};
    const AnnealingModel annealing(model, ladder, &base);
    const auto rows = BruteForce(model).draw(1, Key{102}.fold(std::uint64_t(number)));
    std::vector<std::vector<double>> kept;
    for (LayerId id : model.ids())
      if (model.layer(id).role != Role::hidden) kept.push_back(rows[0][at(id)]);
    const Estimate w = mean_weight(ctx, model, state_of(ctx, model, rows),
                                   {.ladder = ladder, .runs = 400, .base = &base, .key = {103}}, 0);
    EXPECT_NEAR(w.value, annealing.forward(kept), 4.5 * w.standard_error) << number;
  }
}

// RAISE from below, exact log p: with a long ladder they agree; on average over the model's own draws RAISE is not
// above.
TEST(Raise, ApproachesLogPWithMoreTemperatures) {
  Context ctx;
  for (int number = 0; number < 10; ++number) {
    const EnergyModel model = random_rbm(number, DType::f32);
    State cases = state_of(ctx, model, BruteForce(model).draw(20, {104}));
    for (LayerId id : model.ids())
      if (model.layer(id).role != Role::hidden) cases.clamp(id);
    std::vector<double> exact(20), gap;
    exact_log_z_given(ctx, model, cases, {}, exact);
    const double log_z = exact_log_z(ctx, model);
    const auto raised = raise_log_p(
        ctx, model, cases, {.ladder = uniform_ladder(60), .runs = 100, .key = Key{105}.fold(std::uint64_t(number))});
    for (std::size_t r = 0; r < 20; ++r) gap.push_back(raised[r].value - (exact[r] - log_z));
    const Estimate mean = mean_estimate(gap);
    EXPECT_LT(mean.value, 3 * mean.standard_error + 0.01);
    EXPECT_GT(mean.value, -0.1) << number;
  }
}

TEST(Raise, DoesNotDependOnTheBatchNorOnWhatIsClamped) {
  Context ctx;
  const EnergyModel model = golden_rbm();
  State all = model.make_state(ctx, 3), last = model.make_state(ctx, 1);
  set_cases<4>(all, {0}, {{0, 0, 0, 0}, {1, 0, 1, 1}, {0, 1, 1, 0}});
  set_cases<4>(last, {0}, {{0, 1, 1, 0}});
  last.first_case = 2;
  const AisOptions options{.ladder = uniform_ladder(5), .runs = 1'500, .key = {5}};  // one case a batch
  const auto estimates = raise_log_p(ctx, model, all, options);
  EXPECT_EQ(estimates[2].value, raise_log_p(ctx, model, last, options)[0].value);
  all.unclamp({0});
  EXPECT_EQ(raise_log_p(ctx, model, all, options)[2].value, estimates[2].value);
  EXPECT_GT(estimates[2].standard_error, 0);
}

TEST(Raise, RefusesDeepModelsGreyCasesAndBadOptions) {
  Context ctx;
  const AisOptions options{.ladder = {0, 1}, .runs = 5};
  const EnergyModel deep = golden_dbm();
  EXPECT_THROW(raise_log_p(ctx, deep, deep.make_state(ctx, 1), options), InputError);
  EnergyModel bare(DType::f64);
  bare.add("visible", Bernoulli{}, 3, Role::visible);
  EXPECT_THROW(raise_log_p(ctx, bare, bare.make_state(ctx, 1), options), InputError);
  const EnergyModel labelled = golden_label_rbm();
  State state = labelled.make_state(ctx, 1);
  EXPECT_THROW(raise_log_p(ctx, labelled, state, options), InputError);  // no class
  state.layers[at(*labelled.find("label"))].set(0, 1, 1);
  EXPECT_NO_THROW(raise_log_p(ctx, labelled, state, options));
  state.layers[at(*labelled.find("label"))].set(0, 2, 1);
  EXPECT_THROW(raise_log_p(ctx, labelled, state, options), InputError);  // two
  const EnergyModel model = golden_rbm();
  State grey = model.make_state(ctx, 1);
  EXPECT_THROW(raise_log_p(ctx, model, grey, {.ladder = {0, 1}, .runs = 1}), InputError);
  EXPECT_THROW(raise_log_p(ctx, model, grey, {.ladder = {0, 0.9}, .runs = 5}), InputError);
  grey.layers[0].set(0, 0, 0.3);
  EXPECT_THROW(raise_log_p(ctx, model, grey, options), InputError);
}

}  // namespace
}  // namespace deepboltz::testing
