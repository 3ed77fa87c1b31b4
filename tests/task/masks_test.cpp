#include "deepboltz/task/masks.h"

#include <gtest/gtest.h>

namespace deepboltz {
namespace {

std::int64_t hidden(const Tensor& known, std::int64_t row) {
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < known.cols(); ++i) sum += known.at(row, i) == 0;
  return sum;
}

TEST(Masks, HideTheStatedNumberOfPixels) {
  for (Mask mask : kAllMasks) {
    const Tensor square = known_pixels(mask, 28, 28, 3, Key{1}), odd = known_pixels(mask, 5, 7, 2, Key{1});
    EXPECT_EQ(hidden(square, 2), mask == Mask::centre ? 14 * 14 : 392) << name_of(mask);
    const std::int64_t vertical = 5 * 3, horizontal = 2 * 7;
    const std::int64_t expected[] = {vertical, vertical, horizontal, horizontal, 2 * 3, 35 / 2};
    EXPECT_EQ(hidden(odd, 1), expected[int(mask)]) << name_of(mask);
  }
}

TEST(Masks, LieWhereTheirNamesSay) {
  const auto at = [](Mask mask, std::int64_t y, std::int64_t x) {
    return known_pixels(mask, 28, 28, 1, Key{1}).at(0, y * 28 + x) == 0;
  };
  EXPECT_TRUE(at(Mask::left_half, 20, 13) && !at(Mask::left_half, 20, 14));
  EXPECT_TRUE(!at(Mask::right_half, 3, 13) && at(Mask::right_half, 3, 14));
  EXPECT_TRUE(at(Mask::top_half, 13, 20) && !at(Mask::top_half, 14, 20));
  EXPECT_TRUE(!at(Mask::bottom_half, 13, 3) && at(Mask::bottom_half, 14, 3));
  EXPECT_TRUE(at(Mask::centre, 7, 7) && at(Mask::centre, 20, 20) && !at(Mask::centre, 6, 7) &&
              !at(Mask::centre, 20, 21));
}

TEST(Masks, RandomOnesDifferByCaseAndKeyOnly) {
  const auto same = [](const Tensor& a, std::int64_t r, const Tensor& b, std::int64_t s) {
    for (std::int64_t i = 0; i < a.cols(); ++i)
      if (a.at(r, i) != b.at(s, i)) return false;
    return true;
  };
  const Tensor a = known_pixels(Mask::random, 8, 8, 3, Key{1}), longer = known_pixels(Mask::random, 8, 8, 9, Key{1});
  EXPECT_TRUE(same(a, 2, longer, 2));
  EXPECT_FALSE(same(a, 0, a, 1));
  EXPECT_FALSE(same(a, 0, known_pixels(Mask::random, 8, 8, 1, Key{2}), 0));
}

TEST(Masks, NamesComeBack) {
  for (Mask mask : kAllMasks) EXPECT_EQ(mask_named(name_of(mask)), mask);
  EXPECT_THROW(mask_named("left"), InputError);
}

}  // namespace
}  // namespace deepboltz
