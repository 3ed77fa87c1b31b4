// Distributions of the draws: moments and frequencies within five standard errors, at fixed keys.
#include "deepboltz/rng/draw.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>

namespace deepboltz {
namespace {

TEST(Draw, AWordIsAddressedByKeyRowAndColumn) {
  const Key key{0x0123'4567'89AB'CDEF, 0xFEDC'BA98'7654'3210};
  for (std::uint32_t column = 0; column < 9; ++column) {
    const auto block = philox4x32({0x7654'3210, 0xFEDC'BA98, 42, column / 4}, {0x89AB'CDEF, 0x0123'4567});
    EXPECT_EQ(random_word(key, 42, column), block[column % 4]);
    EXPECT_EQ(uniform(key, 42, column), float(block[column % 4] >> 8) / float(1 << 24));
  }
}

TEST(Draw, UniformsFillTheUnitIntervalEvenly) {
  constexpr int kDraws = 400'000, kBins = 16;
  double sum = 0, squares = 0;
  int bins[kBins] = {};
  for (int i = 0; i < kDraws; ++i) {
    const float u = uniform(Key{1}, std::uint32_t(i / 1'000), std::uint32_t(i % 1'000));
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
    squares += double(u) * u;
    ++bins[int(u * kBins)];
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 5 * std::sqrt(1.0 / 12 / kDraws));
  EXPECT_NEAR(squares / kDraws, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / kDraws));  // Var u² = 1/5 − 1/9
  for (int count : bins) EXPECT_NEAR(count, kDraws / kBins, 5 * std::sqrt(double(kDraws) / kBins));
}

TEST(Draw, RowsColumnsAndKeysAreUncorrelated) {
  constexpr int kDraws = 200'000;
  double by_column = 0, by_row = 0, by_key = 0, by_seed = 0;
  for (std::uint32_t i = 0; i < kDraws; ++i) {
    const double u = uniform(Key{1}, i, 0) - 0.5;
    by_column += u * (uniform(Key{1}, i, 1) - 0.5);
    by_row += u * (uniform(Key{1}, i + 1, 0) - 0.5);
    by_key += u * (uniform(Key{1}.fold(0), i, 0) - 0.5);
    by_seed += u * (uniform(Key{2}, i, 0) - 0.5);
  }
  for (double sum : {by_column, by_row, by_key, by_seed}) EXPECT_NEAR(sum / kDraws, 0, 5.0 / 12 / std::sqrt(kDraws));
}

TEST(Draw, NormalsHaveTheMomentsOfTheNormal) {
  constexpr int kDraws = 400'000;
  double moment[5] = {}, neighbours = 0;
  int beyond_two = 0;
  for (int i = 0; i < kDraws; ++i) {
    const auto row = std::uint32_t(i / 100), column = std::uint32_t(i % 100);
    const double x = normal(Key{2}, row, column);
    for (int p = 1; p <= 4; ++p) moment[p] += std::pow(x, p);
    neighbours += x * normal(Key{2}, row, column ^ 1);
    beyond_two += std::abs(x) > 2;
  }
  const double error = 5 / std::sqrt(double(kDraws));  // times the standard deviation of a power: 1, √2, √15, √96
  EXPECT_NEAR(moment[1] / kDraws, 0, error);
  EXPECT_NEAR(moment[2] / kDraws, 1, error * std::sqrt(2));
  EXPECT_NEAR(moment[3] / kDraws, 0, error * std::sqrt(15));
  EXPECT_NEAR(moment[4] / kDraws, 3, error * std::sqrt(96));
  EXPECT_NEAR(neighbours / kDraws, 0, error * std::sqrt(2));  // every pair is counted twice
  const double tail = std::erfc(2 / std::sqrt(2));
  EXPECT_NEAR(double(beyond_two) / kDraws, tail, error * std::sqrt(tail));
}

TEST(Draw, BelowIsUniformAlsoWhereTheBoundDoesNotDivideTheWords) {
  for (std::uint64_t bound : {std::uint64_t(1), std::uint64_t(3), std::uint64_t(10)}) {
    constexpr int kDraws = 100'000;
    std::vector<int> count(bound);
    for (std::uint64_t i = 0; i < kDraws; ++i) ++count.at(below(Key{3}, i, bound));
    for (int c : count) EXPECT_NEAR(c, kDraws / double(bound), 5 * std::sqrt(kDraws / double(bound)));
  }
  // Two thirds of 2⁶⁴: a word modulo the bound would fall into the lower half twice as often as into the upper.
  const std::uint64_t large = 0xAAAA'AAAA'AAAA'AAAA;
  int low = 0;
  constexpr int kDraws = 20'000;
  for (std::uint64_t i = 0; i < kDraws; ++i) low += below(Key{4}, i, large) < large / 2;
  EXPECT_NEAR(low, kDraws / 2, 5 * std::sqrt(kDraws / 4.0));
}

TEST(Draw, EveryOrderIsAsLikelyAsEveryOther) {
  constexpr int kDraws = 48'000;
  std::map<std::vector<std::uint32_t>, int> count;
  for (std::uint64_t i = 0; i < kDraws; ++i) ++count[permutation(Key{5}.fold(i), 4)];
  ASSERT_EQ(count.size(), 24u);
  for (const auto& [order, times] : count) EXPECT_NEAR(times, kDraws / 24, 5 * std::sqrt(kDraws / 24.0));
}

TEST(Draw, APermutationHoldsEveryNumberOnce) {
  for (std::uint32_t size : {0u, 1u, 2u, 1'000u}) {
    auto order = permutation(Key{6}, size);
    ASSERT_EQ(order.size(), size);
    std::sort(order.begin(), order.end());
    for (std::uint32_t i = 0; i < size; ++i) EXPECT_EQ(order[i], i);
  }
}

}  // namespace
}  // namespace deepboltz
