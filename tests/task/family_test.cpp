// Frequencies of families and their logos, against sums by hand.
#include "deepboltz/task/family.h"

#include <array>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "deepboltz/report/logo.h"
#include "deepboltz/rng/draw.h"

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

using Rgb = std::array<std::uint8_t, 3>;
constexpr Rgb kRed{210, 0, 0}, kBlue{0, 0, 220}, kBlack{0, 0, 0};

// The rows in which a site, 16 pixels wide behind a margin of 8, has full ink of a colour.
struct Rows {
  int first = 1 << 20, last = -1;
  bool empty() const { return last < 0; }
  int height() const { return last - first + 1; }
};
Rows rows_with(const Image& image, int site, const Rgb& ink) {
  Rows rows;
  for (int y = 0; y < image.height; ++y)
    for (int x = 8 + 16 * site; x < 24 + 16 * site; ++x)
      if (std::equal(ink.begin(), ink.end(), image.pixels.begin() + (std::ptrdiff_t(y) * image.width + x) * 3))
        rows = {std::min(rows.first, y), std::max(rows.last, y)};
  return rows;
}

// A unit of height is 40 pixels here: 1.5 above the line, 1.5 below it.
TEST(Logo, StacksTheLettersOfASiteFromTheSmallestOutwards) {
  Tensor heights(DType::f64, 1, 6);
  heights.set(0, 1, 1);  // D and K stand on the line of the first site
  heights.set(0, 2, 0.5);
  heights.set(0, 3, -1);  // A and K hang from that of the second
  heights.set(0, 5, -0.5);
  const Image image = draw_logos(heights, "ADK");
  const Rows d = rows_with(image, 0, kRed), k = rows_with(image, 0, kBlue);
  EXPECT_TRUE(rows_with(image, 0, kBlack).empty());
  EXPECT_LT(d.last, k.first);
  EXPECT_NEAR(d.height(), 40, 6);
  EXPECT_NEAR(k.height(), 20, 6);
  const Rows a = rows_with(image, 1, kBlack), below = rows_with(image, 1, kBlue);
  EXPECT_TRUE(rows_with(image, 1, kRed).empty());
  EXPECT_LT(k.last, below.first);
  EXPECT_LT(below.last, a.first);
  EXPECT_NEAR(a.height(), 40, 6);
}

TEST(Logo, HasTheShapesAndColoursOfItsLetters) {
  Tensor height(DType::f64, 1, 1);
  height.set(0, 0, 1);
  std::set<Bytes> shapes;
  for (char letter = 'A'; letter <= 'Z'; ++letter) shapes.insert(draw_logos(height, std::string(1, letter)).pixels);
  EXPECT_EQ(shapes.size(), 26u);
  for (const auto& [letters, ink] : {std::pair("AVLIPWFM", kBlack),
                                     {"GSTYC", Rgb{0, 150, 0}},
                                     {"NQ", Rgb{150, 0, 150}},
                                     {"KRH", kBlue},
                                     {"DE", kRed}})
    for (const char letter : std::string_view(letters))
      EXPECT_FALSE(rows_with(draw_logos(height, std::string(1, letter)), 0, ink).empty()) << letter;
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
