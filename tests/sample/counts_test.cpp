// Gibbs sampling of documents: chains that start from exact draws stay exact, at every length and temperature.
#include "tests/model/counts_machine.h"
#include "tests/sample/histogram.h"
#include <gtest/gtest.h>

#include "deepboltz/sample/gibbs.h"

namespace deepboltz::testing {
namespace {

constexpr std::int64_t kDraws = 10'000;

class GibbsOfDocuments : public ::testing::TestWithParam<int> {
 protected:
  int length = length_of(GetParam()) % 4;  // 0 would be no document: values up to 3 fit code_of
  EnergyModel model = random_counts(GetParam());
  Key key = Key{800}.fold(std::uint64_t(GetParam()));
  Context ctx;
  void SetUp() override { length = std::max(1, length); }
};

INSTANTIATE_TEST_SUITE_P(Random, GibbsOfDocuments, ::testing::Range(0, 12));

TEST_P(GibbsOfDocuments, LeavesTheJointUnchanged) {
  const auto base = random_base(model, key.fold(2));
  for (DType precision : {DType::f64, DType::f32})
    for (double b : {0.3, 1.0}) {
      const EnergyModel typed = model.to(precision);
      std::vector<Tensor> rates;
      for (const Tensor& rate : base) rates.push_back(rate.to(precision));
      const BruteForce exact(model, b, &base, length);
      State chains = state_of(ctx, typed, exact.draw(kDraws, key.fold(0)));
      const std::vector<double> beta(std::size_t(kDraws), b);
      for (std::uint64_t sweep = 0; sweep < 3; ++sweep)
        tempered_sweep(ctx, typed, {beta, &rates}, 0, Order::forward, key.fold(1).fold(sweep), chains);
      EXPECT_LT(total_variation(chains, exact.states, exact.p), total_variation_floor(exact.p, kDraws))
          << name_of(precision) << " β " << b;
    }
}

TEST_P(GibbsOfDocuments, ForgetsWhereItStarted) {
  const BruteForce exact(model, 1, nullptr, length);
  State chains = model.make_state(ctx, 4'000);
  chains.fill_lengths(double(length));
  advance(ctx, model, {.sweeps = 40}, key.fold(5), chains);
  EXPECT_LT(total_variation(chains, exact.states, exact.p), total_variation_floor(exact.p, 4'000));
}

// A long document beside short ones draws what it draws alone.
TEST(GibbsOfDocuments, ChainsOfDifferentLengthsDoNotMeet) {
  Context ctx;
  const EnergyModel model = golden_counts();
  State both = model.make_state(ctx, 2), alone = model.make_state(ctx, 1);
  both.length[0] = {2, 50};
  alone.length[0] = {50};
  alone.first_case = 1;
  advance(ctx, model, {.sweeps = 5}, Key{6}, both);
  advance(ctx, model, {.sweeps = 5}, Key{6}, alone);
  EXPECT_EQ(joint_of(both, 1), joint_of(alone, 0));
}

}  // namespace
}  // namespace deepboltz::testing
