#include "deepboltz/data/colour_words.h"

#include <algorithm>

#include "deepboltz/base/error.h"

namespace deepboltz {
namespace {

enum Colour : int { kBlack, kWhite, kGrey, kRed, kOrange, kBrown, kYellow, kGreen, kBlue, kPurple };

constexpr double kDark = 0.2, kPale = 0.15, kLight = 0.8, kBright = 0.7;
constexpr double kRedEnd = 15, kOrangeEnd = 45, kYellowEnd = 70, kGreenEnd = 170, kBlueEnd = 260, kPurpleEnd = 330;
constexpr std::int64_t kLeastShare = 5;  // a fifth of the pixels

// Degrees, 0 … 360.
double hue_of(double red, double green, double blue, double greatest, double range) {
  const double sixth = greatest == red     ? (green - blue) / range
                       : greatest == green ? 2 + (blue - red) / range
                                           : 4 + (red - green) / range;
  return 60 * (sixth < 0 ? sixth + 6 : sixth);
}

}  // namespace

int colour_of(double red, double green, double blue) {
  const auto [least, value] = std::minmax({red, green, blue});
  if (value < kDark) return kBlack;
  if (value - least < kPale * value) return value < kLight ? kGrey : kWhite;
  const double hue = hue_of(red, green, blue, value, value - least);
  if (hue < kRedEnd || hue >= kPurpleEnd) return kRed;
  if (hue < kOrangeEnd) return value < kBright ? kBrown : kOrange;
  return hue < kYellowEnd ? kYellow : hue < kGreenEnd ? kGreen : hue < kBlueEnd ? kBlue : kPurple;
}

std::vector<int> dominant_colours(std::span<const float> picture) {
  DEEPBOLTZ_ASSERT(picture.size() % 3 == 0);
  std::array<std::int64_t, kColourWords.size()> pixels{};
  for (std::size_t i = 0; i < picture.size(); i += 3)
    ++pixels[std::size_t(colour_of(picture[i], picture[i + 1], picture[i + 2]))];
  const auto most = std::ranges::max_element(pixels) - pixels.begin();
  std::vector<int> colours;
  for (std::size_t c = 0; c < pixels.size(); ++c)
    if (std::ptrdiff_t(c) == most || kLeastShare * pixels[c] >= std::int64_t(picture.size() / 3))
      colours.push_back(int(c));
  return colours;
}

}  // namespace deepboltz
