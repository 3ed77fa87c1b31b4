#include "deepboltz/task/belief_net_completion.h"

#include <limits>

#include "tests/stack/belief_net_brute_force.h"
#include <gtest/gtest.h>

namespace deepboltz::testing {
namespace {

constexpr std::int64_t kChains = 2'500;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Question {
  Tensor cases, known;
};

// Four cases of pixels that alternate; of case r the pixels before r % (units + 1) are known, the others are no
// numbers.
Question question_of(const BeliefNet& net) {
  Question q{Tensor(net.dtype(), 4, net.bottom_units()), Tensor(DType::u8, 4, net.bottom_units())};
  for (std::int64_t r = 0; r < 4; ++r)
    for (std::int64_t i = 0; i < net.bottom_units(); ++i) {
      const bool known = i < r % (net.bottom_units() + 1);
      q.known.set(r, i, known);
      q.cases.set(r, i, known ? double((r + i) % 2) : kNaN);
    }
  return q;
}

Values exact_means(const BeliefNet& net, const Question& q, std::int64_t row) {
  Values mean(std::size_t(net.bottom_units()));
  double total = 0;
  for (const Values& v : bottom_values(net)) {
    bool fits = true;
    for (std::int64_t i = 0; i < net.bottom_units(); ++i)
      fits = fits && (q.known.at(row, i) == 0 || q.cases.at(row, i) == v[std::size_t(i)]);
    if (!fits) continue;
    const double p = plain_p(net, v);
    total += p;
    for (std::size_t i = 0; i < v.size(); ++i) mean[i] += p * v[i];
  }
  for (double& x : mean) x /= total;
  return mean;
}

class BeliefNetCompletion : public ::testing::TestWithParam<int> {
 protected:
  Context ctx{2};
  BeliefNet net = random_belief_net(GetParam());  // binary pixels: the numbers that kBottoms divides
};
INSTANTIATE_TEST_SUITE_P(Random, BeliefNetCompletion, ::testing::Values(0, 6, 12, 18, 24, 30));

// Chains are independent and a conditional mean has a variance of at most 1/4: five standard errors are 2.5/√chains.
TEST_P(BeliefNetCompletion, MeetsTheConditionalByEnumeration) {
  const Question q = question_of(net);
  const Completion done =
      complete(ctx, net, q.cases, q.known, {.burn_in = 60, .sweeps = 3, .chains = kChains, .batch = 3, .key = {5}});
  for (std::int64_t r = 0; r < 4; ++r) {
    const Values exact = exact_means(net, q, r);
    for (std::size_t i = 0; i < exact.size(); ++i)
      EXPECT_NEAR(done.probability.at(r, std::int64_t(i)), exact[i], 2.5 / std::sqrt(double(kChains))) << r << ' ' << i;
  }
  EXPECT_GT(done.accepted, 0.05);
  EXPECT_LT(done.accepted, 1);  // recognition is drawn apart from the net: it is not the posterior
}

TEST_P(BeliefNetCompletion, TheAnswerIsADrawFromTheConditional) {
  constexpr std::int64_t kCases = 8'000;
  Tensor cases(net.dtype(), kCases, net.bottom_units()), known(DType::u8, kCases, net.bottom_units());
  for (std::int64_t r = 0; r < kCases; ++r) {
    cases.set(r, 0, 1);
    known.set(r, 0, 1);
  }
  const Completion done = complete(ctx, net, cases, known, {.burn_in = 60, .sweeps = 1, .chains = 1, .key = {6}});
  Question q{Tensor(net.dtype(), 1, net.bottom_units()), Tensor(DType::u8, 1, net.bottom_units())};
  q.cases.set(0, 0, 1);
  q.known.set(0, 0, 1);
  const Values exact = exact_means(net, q, 0);
  for (std::size_t i = 0; i < exact.size(); ++i) {
    double mean = 0;
    for (std::int64_t r = 0; r < kCases; ++r) mean += done.sample.at(r, std::int64_t(i)) / double(kCases);
    EXPECT_NEAR(mean, exact[i], 2.5 / std::sqrt(double(kCases))) << i;
  }
}

TEST_P(BeliefNetCompletion, BitsDependOnNeitherThreadsNorBatches) {
  const Question q = question_of(net);
  const CompleteOptions options{.burn_in = 3, .sweeps = 2, .chains = 5, .batch = 4, .key = {7}};
  CompleteOptions one_by_one = options;
  one_by_one.batch = 1;
  Context other{3};
  const Completion here = complete(ctx, net, q.cases, q.known, options),
                   there = complete(other, net, q.cases, q.known, one_by_one);
  for (std::int64_t r = 0; r < 4; ++r)
    for (std::int64_t i = 0; i < net.bottom_units(); ++i) {
      EXPECT_EQ(here.probability.at(r, i), there.probability.at(r, i));
      EXPECT_EQ(here.sample.at(r, i), there.sample.at(r, i));
    }
}

TEST(BeliefNetCompletionError, RefusesWhatItCannotComplete) {
  Context ctx;
  const BeliefNet net = random_belief_net(0), spins = random_belief_net(1);
  const Question q = question_of(net);
  EXPECT_THROW((void)complete(ctx, net, q.cases, q.known, {.method = CompleteOptions::Method::mean_field}), InputError);
  EXPECT_THROW((void)complete(ctx, net, q.cases, Tensor(DType::u8, 4, 1), {}), InputError);
  EXPECT_THROW((void)complete(ctx, spins, question_of(spins).cases, question_of(spins).known, {}), InputError);
}

}  // namespace
}  // namespace deepboltz::testing
