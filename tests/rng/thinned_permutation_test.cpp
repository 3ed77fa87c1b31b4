#include "deepboltz/rng/thinned_permutation.h"

#include <cmath>
#include <set>

#include <gtest/gtest.h>

namespace deepboltz {
namespace {

TEST(ThinnedPermutation, KeepsEachAsOftenAsItsWeightSays) {
  const std::vector<float> weights{1, 0.5f, 0.25f, 0.05f, 0.7f};
  constexpr int kDraws = 4'000;
  std::vector<int> kept(weights.size(), 0);
  for (std::uint64_t k = 0; k < kDraws; ++k) {
    const auto rows = thinned_permutation(Key{7}.fold(k), weights);
    EXPECT_EQ(std::set(rows.begin(), rows.end()).size(), rows.size());  // nobody twice
    EXPECT_LT(std::abs(double(rows.size()) - 2.5), 1);                  // Σ weights, up to one
    for (const std::uint32_t row : rows) ++kept[row];
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double p = double(weights[i]);
    EXPECT_NEAR(kept[i], kDraws * p, 5 * std::sqrt(kDraws * p * (1 - p)) + 1e-9) << i;
  }
}

TEST(ThinnedPermutation, OfFullWeightsIsAPermutationInAnOrderOfTheKey) {
  const std::vector<float> ones(50, 1.0f);
  const auto rows = thinned_permutation({1}, ones);
  EXPECT_EQ(std::set(rows.begin(), rows.end()).size(), 50u);
  EXPECT_NE(rows, thinned_permutation({2}, ones));
  EXPECT_EQ(rows, thinned_permutation({1}, ones));
}

}  // namespace
}  // namespace deepboltz
