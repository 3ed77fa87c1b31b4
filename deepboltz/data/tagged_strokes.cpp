#include "deepboltz/data/tagged_strokes.h"

#include <array>
#include <cstdlib>
#include <string_view>

#include "deepboltz/data/part_cases.h"
#include "deepboltz/data/strokes.h"

namespace deepboltz {
namespace {

// Of 20,000 drawn digits half are thicker, and a third each lean to the left, between and to the right.
constexpr double kThick = 2, kLeft = 0, kRight = 0.16;

constexpr std::array<std::string_view, 17> kWords = {"zero", "one",   "two",   "three",   "four", "five",
                                                     "six",  "seven", "eight", "nine",    "even", "odd",
                                                     "thin", "thick", "left",  "upright", "right"};
enum Word : int { kEven = 10, kThin = 12, kLeft_ = 14, kUpright, kRight_ };

// What is said of a picture; the places ascend.
std::vector<int> words_of(int digit, std::span<const std::uint8_t> grey) {
  const double slope = lean(grey, kStrokeSide);
  return {digit, kEven + digit % 2, kThin + int(pen_width(grey, kStrokeSide) >= kThick),
          slope < kLeft    ? kLeft_
          : slope < kRight ? kUpright
                           : kRight_};
}

}  // namespace

double pen_width(std::span<const std::uint8_t> grey, int width) {
  std::int64_t ink = 0, steps = 0;
  for (int i = 0; i < int(grey.size()); ++i) {
    const auto at = [&](int place) { return int(grey[std::size_t(place)]); };
    ink += at(i);
    steps += std::abs(at(i) - (i % width == 0 ? 0 : at(i - 1))) + std::abs(at(i) - (i < width ? 0 : at(i - width)));
    if (i % width == width - 1) steps += at(i);  // paper ends white
    if (i + width >= int(grey.size())) steps += at(i);
  }
  return steps == 0 ? 0 : 2 * double(ink) / double(steps);
}

double lean(std::span<const std::uint8_t> grey, int width) {
  double ink = 0, x = 0, y = 0, xy = 0, yy = 0;
  for (int i = 0; i < int(grey.size()); ++i) {
    const double here = grey[std::size_t(i)], column = i % width, row = i / width;
    ink += here, x += here * column, y += here * row, xy += here * column * row, yy += here * row * row;
  }
  const double spread = ink * yy - y * y;
  return spread <= 0 ? 0 : -(ink * xy - x * y) / spread;
}

Cases tagged_strokes(Context& ctx, std::int64_t count, Key key) {
  Dataset digits = stroke_digits(ctx, count, key);
  std::vector<std::vector<int>> said;
  for (std::int64_t r = 0; r < count; ++r)
    said.push_back(
        words_of(digits.labels[std::size_t(r)], {digits.x.as<std::uint8_t>().row(r), std::size_t(digits.units())}));
  Cases cases;
  cases.origin.name = "tagged-strokes";
  cases.columns.push_back(dense_part(kImagePart, std::move(digits.x), {.height = kStrokeSide, .width = kStrokeSide}));
  cases.columns.push_back({.name = kTextPart,
                           .x = ones(std::int64_t(kWords.size()), said),
                           .meaning = {.names = {kWords.begin(), kWords.end()}}});
  cases.columns.push_back(label_part(digits.labels, {kWords.begin(), kWords.begin() + digits.classes}));
  return finished(std::move(cases));
}

}  // namespace deepboltz
