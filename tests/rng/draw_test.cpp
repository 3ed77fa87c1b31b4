// Draws against their distributions. The keys are fixed, so that a bound of five standard errors fails by a fault only.
#include "deepboltz/rng/draw.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <gtest/gtest.h>

namespace deepboltz {
namespace {

constexpr std::uint32_t kRows = 400, kCols = 501;  // a width that is no multiple of Philox's four words
constexpr double kDraws = double(kRows) * kCols;

// Largest distance between the empirical distribution of `draws` and `cdf`, times √n: above 2.5 with probability 8e-6
// (Kolmogorov).
template <class Cdf> double kolmogorov(std::vector<double> draws, Cdf cdf) {
  std::sort(draws.begin(), draws.end());
  const double n = double(draws.size());
  double worst = 0;
  for (std::size_t i = 0; i < draws.size(); ++i)
    worst = std::max({worst, std::abs(cdf(draws[i]) - double(i) / n), std::abs(cdf(draws[i]) - double(i + 1) / n)});
  return worst * std::sqrt(n);
}

template <class Draw> std::vector<double> matrix_of(Draw draw) {
  std::vector<double> draws;
  for (std::uint32_t row = 0; row < kRows; ++row)
    for (std::uint32_t col = 0; col < kCols; ++col) draws.push_back(draw(row, col));
  return draws;
}

TEST(Uniform, IsUniform) {
  const auto draws = matrix_of([](auto row, auto col) { return uniform(Key{1}, row, col); });
  EXPECT_GE(*std::min_element(draws.begin(), draws.end()), 0.0);
  EXPECT_LT(*std::max_element(draws.begin(), draws.end()), 1.0);
  EXPECT_LT(kolmogorov(draws, [](double x) { return x; }), 2.5);
}

TEST(Normal, IsStandardNormal) {
  const auto draws = matrix_of([](auto row, auto col) { return normal(Key{2}, row, col); });
  EXPECT_LT(kolmogorov(draws, [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }), 2.5);
}

// Neighbours in a row, in a column, and the same place under a sibling key: correlations within five standard errors.
TEST(Uniform, DoesNotCorrelateWithItsNeighbours) {
  const Key key = Key{3}.fold(1), sibling = Key{3}.fold(2);
  double right = 0, below_it = 0, other_key = 0;
  for (std::uint32_t row = 0; row < kRows; ++row)
    for (std::uint32_t col = 0; col < kCols; ++col) {
      const double here = uniform(key, row, col) - 0.5;
      right += here * (uniform(key, row, col + 1) - 0.5);
      below_it += here * (uniform(key, row + 1, col) - 0.5);
      other_key += here * (uniform(sibling, row, col) - 0.5);
    }
  const double bound = 5 * std::sqrt(kDraws) / 12;  // each factor has variance 1/12
  EXPECT_LT(std::abs(right), bound);
  EXPECT_LT(std::abs(below_it), bound);
  EXPECT_LT(std::abs(other_key), bound);
}

TEST(Below, IsUniformWithoutBias) {
  constexpr std::uint64_t kBound = 7;
  std::vector<double> counts(kBound);
  constexpr int kTrials = 70'000;
  for (int i = 0; i < kTrials; ++i) {
    const std::uint64_t draw = below(Key{4}, std::uint64_t(i), kBound);
    ASSERT_LT(draw, kBound);
    ++counts[draw];
  }
  for (double count : counts) EXPECT_NEAR(count, 10'000, 5 * std::sqrt(10'000.0 * 6 / 7));
  EXPECT_EQ(below(Key{4}, 0, 1), 0u);
}

// 2^63 + 1 values: taking the remainder of a 64-bit word would draw the lower half of them almost twice as often.
TEST(Below, HasNoBiasForALargeBound) {
  constexpr std::uint64_t kBound = (std::uint64_t(1) << 63) + 1;
  int lower = 0;
  for (int i = 0; i < 10'000; ++i) lower += below(Key{5}, std::uint64_t(i), kBound) < kBound / 2;
  EXPECT_NEAR(lower, 5'000, 5 * 50);
}

TEST(Permutation, DrawsEveryOrderEquallyOften) {
  std::map<std::vector<std::uint32_t>, double> counts;
  for (std::uint64_t i = 0; i < 24'000; ++i) ++counts[permutation(Key{6}.fold(i), 4)];
  EXPECT_EQ(counts.size(), 24u);
  for (const auto& [order, count] : counts) EXPECT_NEAR(count, 1'000, 5 * std::sqrt(1'000.0 * 23 / 24));
}

TEST(Permutation, HoldsEveryIndexOnce) {
  for (std::uint32_t size : {0u, 1u, 2u, 1'000u}) {
    auto order = permutation(Key{7}, size);
    std::sort(order.begin(), order.end());
    std::vector<std::uint32_t> expected(size);
    std::iota(expected.begin(), expected.end(), 0u);
    EXPECT_EQ(order, expected);
  }
}

}  // namespace
}  // namespace deepboltz
