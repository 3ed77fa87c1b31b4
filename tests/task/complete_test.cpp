#include "deepboltz/task/complete.h"

#include <limits>

#include "tests/task/toy_machine.h"
#include <gtest/gtest.h>

#include "deepboltz/task/samples.h"

namespace deepboltz {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Tensor mask_of(std::vector<std::vector<double>> rows) { return toy::matrix(std::move(rows), DType::u8); }

std::vector<double> exact_completion(const EnergyModel& model, const Tensor& cases, const Tensor& known,
                                     std::int64_t row) {
  return toy::exact_means(model, model.visible(), [&](const toy::Joint& x) {
    for (std::int64_t i = 0; i < cases.cols(); ++i)
      if (known.at(row, i) != 0 && x[0][std::size_t(i)] != cases.at(row, i)) return false;
    return true;
  });
}

struct Machine {
  std::vector<std::int64_t> hidden;
  std::int64_t classes;
  DType precision;
};

class EveryMachine : public testing::TestWithParam<Machine> {
 protected:
  EnergyModel model(double scale) const {
    return toy::random_dbm(GetParam().hidden, 5, GetParam().classes, scale, Key{11}, GetParam().precision);
  }
  Context ctx{2};
};

INSTANTIATE_TEST_SUITE_P(Complete, EveryMachine,
                         testing::Values(Machine{{4}, 0, DType::f64}, Machine{{3, 2}, 0, DType::f64},
                                         Machine{{3, 2}, 3, DType::f32}, Machine{{2, 2, 2}, 0, DType::f32}));

// Chains are independent, and the variance of a conditional mean is at most that of a coin, 1/4: five standard errors
// are 2.5/√chains. 40 sweeps forget the start to far less than that on machines with weights of this size.
TEST_P(EveryMachine, GibbsMeetsTheConditionalByEnumeration) {
  const EnergyModel machine = model(1.0);
  const Tensor cases = toy::matrix({{1, 0, 1, 0, 0}, {0, 1, kNaN, kNaN, 1}, {1, 1, 0, 1, 1}}, machine.precision());
  const Tensor known = mask_of({{1, 0, 1, 0, 0}, {1, 1, 0, 0, 1}, {0, 0, 0, 0, 0}});
  const CompleteOptions options{.burn_in = 40, .sweeps = 3, .chains = 10'000, .batch = 2, .key = {5}};
  const Completion done = complete(ctx, machine, cases, known, options);
  for (std::int64_t r = 0; r < 3; ++r) {
    const auto exact = exact_completion(machine, cases, known, r);
    for (std::int64_t i = 0; i < 5; ++i)
      EXPECT_NEAR(done.probability.at(r, i), exact[std::size_t(i)], 2.5 / 100) << r << ' ' << i;
  }
}

TEST_P(EveryMachine, TheAnswerIsADrawFromTheConditional) {
  const EnergyModel machine = model(1.0);
  constexpr std::int64_t kCases = 8'000;
  Tensor cases(machine.precision(), kCases, 5), known(DType::u8, kCases, 5);
  for (std::int64_t r = 0; r < kCases; ++r) {
    cases.set(r, 0, 1);
    for (std::int64_t i = 0; i < 2; ++i) known.set(r, i, 1);
  }
  const Completion done = complete(ctx, machine, cases, known, {.burn_in = 40, .sweeps = 1, .chains = 1, .key = {6}});
  std::vector<double> mean(5);
  for (std::int64_t r = 0; r < kCases; ++r)
    for (std::int64_t i = 0; i < 5; ++i) mean[std::size_t(i)] += done.sample.at(r, i) / double(kCases);
  const auto exact = exact_completion(machine, cases, known, 0);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(mean[i], exact[i], 2.5 / std::sqrt(double(kCases))) << i;
}

// Mean field is exact in the limit of weak weights: its error is of second order in them.
TEST_P(EveryMachine, MeanFieldMeetsWeakMachines) {
  const EnergyModel machine = model(0.1);
  const Tensor cases = toy::matrix({{1, 0, 1, 0, 0}}, machine.precision()), known = mask_of({{1, 0, 1, 0, 0}});
  const Completion done =
      complete(ctx, machine, cases, known, {.method = CompleteOptions::Method::mean_field, .key = {5}});
  const auto exact = exact_completion(machine, cases, known, 0);
  for (std::int64_t i = 0; i < 5; ++i) EXPECT_NEAR(done.probability.at(0, i), exact[std::size_t(i)], 2e-3) << i;
}

TEST_P(EveryMachine, KnownPixelsComeBackBitForBit) {
  const EnergyModel machine = model(1.0);
  const Tensor cases = toy::matrix({{0.3, 1.0 / 3, kNaN, 0.125, 1}}, machine.precision()),
               known = mask_of({{1, 1, 0, 1, 1}});
  for (auto method : {CompleteOptions::Method::gibbs, CompleteOptions::Method::mean_field}) {
    const Completion done =
        complete(ctx, machine, cases, known, {.method = method, .burn_in = 5, .sweeps = 5, .chains = 3});
    for (std::int64_t i : {0, 1, 3, 4}) {
      EXPECT_EQ(done.probability.at(0, i), cases.at(0, i));
      EXPECT_EQ(done.sample.at(0, i), cases.at(0, i));
    }
    EXPECT_TRUE(done.sample.at(0, 2) == 0 || done.sample.at(0, 2) == 1);
  }
}

TEST_P(EveryMachine, WithEverythingKnownTheCaseComesBack) {
  const EnergyModel machine = model(1.0);
  const Tensor cases = toy::matrix({{1, 0, 1, 0, 1}}, machine.precision()), known = mask_of({{1, 1, 1, 1, 1}});
  const Completion done = complete(ctx, machine, cases, known, {.burn_in = 2, .sweeps = 2, .chains = 2});
  for (std::int64_t i = 0; i < 5; ++i) EXPECT_EQ(done.probability.at(0, i), cases.at(0, i));
}

TEST_P(EveryMachine, WithNothingKnownItIsFreeSampling) {
  const EnergyModel machine = model(1.0);
  const Tensor cases = toy::matrix({{kNaN, kNaN, kNaN, kNaN, kNaN}}, machine.precision()),
               known = mask_of({{0, 0, 0, 0, 0}});
  const Completion done = complete(ctx, machine, cases, known, {.burn_in = 9, .sweeps = 1, .chains = 7, .key = {8}});
  const Samples free = draw_samples(ctx, machine, {.chains = 7, .burn_in = 10, .key = {8}});
  for (std::int64_t i = 0; i < 5; ++i) {
    double mean = 0;
    for (std::int64_t c = 0; c < 7; ++c) mean += free.mean[0].at(c, i) / 7;
    EXPECT_NEAR(done.probability.at(0, i), mean, 1e-6);
    EXPECT_EQ(done.sample.at(0, i), free.sample[0].at(0, i));
  }
}

TEST(Complete, BatchesAndThreadsChangeNothing) {
  const EnergyModel machine = toy::random_dbm({3, 2}, 5, 0, 1.0, Key{11});
  Tensor cases(DType::f64, 7, 5), known(DType::u8, 7, 5);
  for (std::int64_t r = 0; r < 7; ++r)
    for (std::int64_t i = 0; i < 5; ++i) known.set(r, i, i != r % 5);
  Context one(1), three(3);
  const Completion a =
      complete(one, machine, cases, known, {.burn_in = 3, .sweeps = 4, .chains = 2, .batch = 100, .key = {2}});
  const Completion b =
      complete(three, machine, cases, known, {.burn_in = 3, .sweeps = 4, .chains = 2, .batch = 3, .key = {2}});
  for (std::int64_t r = 0; r < 7; ++r)
    for (std::int64_t i = 0; i < 5; ++i) {
      EXPECT_EQ(a.probability.at(r, i), b.probability.at(r, i));
      EXPECT_EQ(a.sample.at(r, i), b.sample.at(r, i));
    }
}

TEST(Complete, RefusesWhatDoesNotFit) {
  Context ctx(1);
  const EnergyModel machine = toy::random_dbm({2}, 3, 0, 1.0, Key{1});
  const Tensor cases = toy::matrix({{1, 0, 1}});
  const auto refused = [&](const Tensor& x, const Tensor& known,
                           CompleteOptions options = {.burn_in = 1, .sweeps = 1}) {
    EXPECT_THROW(complete(ctx, machine, x, known, options), InputError);
  };
  refused(cases, mask_of({{1, 0}}));
  refused(cases, toy::matrix({{1, 0, 1}}));  // a mask of floats
  refused(toy::matrix({{1, 0}}), mask_of({{1, 0}}));
  refused(toy::matrix({{kNaN, 0, 1}}), mask_of({{1, 0, 1}}));
  refused(toy::matrix({{1.5, 0, 1}}), mask_of({{1, 0, 1}}));
  refused(cases, mask_of({{1, 0, 1}}), {.sweeps = 0});
  const auto stop = [](const Progress&) { return false; };
  EXPECT_THROW(complete(ctx, machine, cases, mask_of({{1, 0, 1}}), {.report = stop}), Interrupted);
}

}  // namespace
}  // namespace deepboltz
