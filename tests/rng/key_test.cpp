#include "deepboltz/rng/key.h"

#include <bit>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

namespace deepboltz {
namespace {

// Folding is a bijection of the tag for a given key, and the paths of unlike foldings do not meet in practice.
TEST(Key, FoldingGivesANewKeyForEveryTagOrderAndDepth) {
  std::set<Key> seen{Key{}, Key{1}};
  std::size_t count = seen.size();
  for (const Key& root : {Key{}, Key{1}})
    for (std::uint64_t i = 0; i < 200; ++i) {
      seen.insert(root.fold(i));
      for (std::uint64_t j = 0; j < 200; ++j) seen.insert(root.fold(i).fold(j));
      count += 201;
    }
  EXPECT_EQ(seen.size(), count);
}

TEST(Key, FoldingKeepsTheSeedAndLeavesTheKeyAsItWas) {
  const Key key{7, 9};
  EXPECT_EQ(key.fold(3).seed, 7u);
  EXPECT_EQ(key.fold(3), key.fold(3));
  EXPECT_EQ(key, (Key{7, 9}));
}

// One bit of the tag turns over half the bits of the path: 32 ± 4, a standard error of 4/√6400 over all pairs.
TEST(Key, ABitOfTheTagTurnsOverHalfThePath) {
  double flipped = 0;
  constexpr int kTags = 100, kBits = 64;
  for (std::uint64_t tag = 0; tag < kTags; ++tag)
    for (int bit = 0; bit < kBits; ++bit)
      flipped += std::popcount(Key{3}.fold(tag).path ^ Key{3}.fold(tag ^ (std::uint64_t(1) << bit)).path);
  EXPECT_NEAR(flipped / (kTags * kBits), 32, 5 * 4 / std::sqrt(double(kTags) * kBits));
}

}  // namespace
}  // namespace deepboltz
