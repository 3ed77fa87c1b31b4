#include "deepboltz/rng/key.h"

#include <set>

#include <gtest/gtest.h>

namespace deepboltz {
namespace {

TEST(Key, DoesNotRepeatAlongPathsOfTwoTags) {
  std::set<Key> keys;
  for (std::uint64_t first = 0; first < 300; ++first)
    for (std::uint64_t second = 0; second < 300; ++second) keys.insert(Key{5}.fold(first).fold(second));
  for (std::uint64_t tag = 0; tag < 300; ++tag) keys.insert(Key{5}.fold(tag));
  keys.insert(Key{5});
  EXPECT_EQ(keys.size(), 300u * 300u + 300u + 1u);
}

TEST(Key, KeepsItsSeedAndItsValue) {
  constexpr Key key{7};
  EXPECT_EQ(key.fold(3).seed, 7u);
  EXPECT_EQ(key.fold(3), key.fold(3));
  EXPECT_NE(key.fold(1).fold(2), key.fold(2).fold(1));
}

}  // namespace
}  // namespace deepboltz
