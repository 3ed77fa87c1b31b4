// Frequencies of families and their logos, against sums by hand.
#include "deepboltz/task/family.h"

#include <cmath>

#include <gtest/gtest.h>

#include "deepboltz/rng/draw.h"
#include "deepboltz/task/logo.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kLetters = 3, kSites = 4;

// Random one-hot rows; the last site copies the first where `copies`.
Tensor family(std::int64_t cases, bool copies, Key key) {
  Tensor x(DType::f64, cases, kLetters * kSites);
  for (std::int64_t r = 0; r < cases; ++r) {
    std::int64_t first = 0;
    for (std::int64_t i = 0; i < kSites; ++i) {
      auto letter = std::int64_t(below(key.fold(std::uint64_t(r)), std::uint64_t(i), kLetters));
      if (i == 0) first = letter;
      if (copies && i == kSites - 1) letter = first;
      x.set(r, i * kLetters + letter, 1);
    }
  }
  return x;
}

TEST(Family, MatchesItself) {
  Context ctx;
  const Tensor x = family(50, true, {1});
  const FamilyMatch match = match_family(ctx, x, {}, x, {}, kLetters);
  EXPECT_NEAR(match.site, 1, 1e-12);
  EXPECT_NEAR(match.pair, 1, 1e-12);
  EXPECT_NEAR(match.connected, 1, 1e-12);
}

TEST(Family, ConnectedPairsSeeWhatIndependentSitesLack) {
  Context ctx;
  const Tensor x = family(4'000, true, {1});
  EXPECT_GT(match_family(ctx, x, {}, family(4'000, true, {2}), {}, kLetters).connected, 0.9);
  EXPECT_LT(match_family(ctx, x, {}, family(4'000, false, {3}), {}, kLetters).connected, 0.3);
}

TEST(Family, AWeightIsAsManyCopies) {
  Context ctx;
  const Tensor x = family(3, false, {4}), other = family(40, true, {5});
  Tensor copies(DType::f64, 4, x.cols());
  for (std::int64_t r = 0; r < 4; ++r)
    for (std::int64_t i = 0; i < x.cols(); ++i) copies.set(r, i, x.at(std::min<std::int64_t>(r, 2), i));
  const std::vector<float> weights{0.5f, 0.5f, 1};
  const FamilyMatch weighted = match_family(ctx, x, weights, other, {}, kLetters),
                    copied = match_family(ctx, copies, {}, other, {}, kLetters);
  EXPECT_NEAR(weighted.site, copied.site, 1e-12);
  EXPECT_NEAR(weighted.pair, copied.pair, 1e-12);
  EXPECT_NEAR(weighted.connected, copied.connected, 1e-12);
}

TEST(Logo, InformationIsWhatTheLettersAreShortOfChance) {
  Tensor f(DType::f64, 1, 6);
  for (std::int64_t k = 0; k < 3; ++k) f.set(0, k, 1.0 / 3);
  f.set(0, 3, 1);
  const Tensor bits = information(f, 3);
  for (std::int64_t k = 0; k < 3; ++k) EXPECT_NEAR(bits.at(0, k), 0, 1e-12);
  EXPECT_NEAR(bits.at(0, 3), std::log2(3.0), 1e-12);
  EXPECT_NEAR(bits.at(0, 4), 0, 1e-12);
}

int dark_pixels(const Image& image, int top, int bottom) {
  int dark = 0;
  for (int y = top; y < bottom; ++y)
    for (int x = 0; x < image.width; ++x)
      dark += image.pixels[std::size_t(y * image.width + x) * 3] < 100 &&
              image.pixels[std::size_t(y * image.width + x) * 3 + 1] < 100;
  return dark;
}

TEST(Logo, StandsOnItsLineAndHangsFromIt) {
  Tensor heights(DType::f64, 1, 2);  // one site of the letters A (black) and gap
  heights.set(0, 0, 1);
  heights.set(0, 1, 5);  // a gap is not drawn
  const Image up = draw_logos(heights, "A-");
  EXPECT_EQ(up.channels, 3);
  EXPECT_GT(dark_pixels(up, 0, up.height), 50);
  Tensor both(DType::f64, 2, 2);
  both.set(0, 0, 1);
  both.set(1, 0, -1);
  const Image two = draw_logos(both, "A-");
  const int row = two.height / 2, half = row / 2;
  EXPECT_GT(dark_pixels(two, 0, half + 8), 20);             // the first row stands in its upper half
  EXPECT_LT(dark_pixels(two, half + 12, row), 5);           // and leaves the lower half empty
  EXPECT_GT(dark_pixels(two, row + half, two.height), 20);  // the second hangs in its lower half
}

TEST(Logo, LeavesOutWhatCannotBeRead) {
  Tensor heights(DType::f64, 1, 3);  // one site of A, C and D
  heights.set(0, 0, 1);
  const Bytes alone = draw_logos(heights, "ACD").pixels;
  heights.set(0, 1, 0.04);
  heights.set(0, 2, -0.04);
  EXPECT_EQ(draw_logos(heights, "ACD").pixels, alone);
  heights.set(0, 1, 0.2);
  EXPECT_NE(draw_logos(heights, "ACD").pixels, alone);
}

}  // namespace
}  // namespace deepboltz
