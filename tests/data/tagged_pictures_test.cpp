// Words that are computed from pictures: of colours, of pens.
#include "deepboltz/data/tagged_pictures.h"

#include <cmath>
#include <cstring>

#include "tests/io/refusal.h"
#include <gmock/gmock.h>

#include "deepboltz/data/colour_words.h"
#include "deepboltz/data/halve_pictures.h"
#include "deepboltz/data/tagged_strokes.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using testing::refusal;

std::string colour(int red, int green, int blue) {
  return std::string(kColourWords[std::size_t(colour_of(red / 255.0, green / 255.0, blue / 255.0))]);
}

// Named colours of CSS (W3C 2011): what the word says is what people named so.
TEST(ColourWords, AreThoseOfNamedColours) {
  for (const auto& [word, red, green, blue] : {std::tuple{"black", 0, 0, 0},
                                               {"white", 255, 255, 255},
                                               {"grey", 128, 128, 128},
                                               {"grey", 192, 192, 192},
                                               {"red", 255, 0, 0},
                                               {"red", 220, 20, 60},  // crimson
                                               {"orange", 255, 165, 0},
                                               {"orange", 255, 140, 0},  // dark orange
                                               {"brown", 139, 69, 19},   // saddle brown
                                               {"brown", 160, 82, 45},   // sienna
                                               {"yellow", 255, 255, 0},
                                               {"yellow", 255, 215, 0},  // gold
                                               {"green", 0, 128, 0},
                                               {"green", 34, 139, 34},  // forest green
                                               {"blue", 0, 0, 255},
                                               {"blue", 135, 206, 235},  // sky blue
                                               {"purple", 128, 0, 128},
                                               {"purple", 148, 0, 211}})  // dark violet
    EXPECT_EQ(colour(red, green, blue), word) << red << " " << green << " " << blue;
}

TEST(ColourWords, AFifthOfThePixelsIsEnoughAndTheMostFrequentAlwaysCounts) {
  const auto picture = [](int red, int blue, int green) {  // pixels of each, the other ones of five hues
    std::vector<float> pixels;
    const auto add = [&](int count, float r, float g, float b) {
      for (int i = 0; i < count; ++i) pixels.insert(pixels.end(), {r, g, b});
    };
    add(red, 1, 0, 0), add(green, 0, 1, 0), add(blue, 0, 0, 1);
    return pixels;
  };
  EXPECT_THAT(dominant_colours(picture(2, 6, 2)), ElementsAre(3, 7, 8));
  EXPECT_THAT(dominant_colours(picture(1, 9, 0)), ElementsAre(8));
  EXPECT_THAT(dominant_colours(picture(19, 62, 19)), ElementsAre(8));
  std::vector<float> all;  // one pixel of each of seven: none has a fifth, black is the first
  for (const auto& [r, g, b] : {std::tuple{0.F, 0.F, 0.F},
                                {1.F, 1.F, 1.F},
                                {.5F, .5F, .5F},
                                {1.F, 0.F, 0.F},
                                {1.F, 1.F, 0.F},
                                {0.F, 1.F, 0.F},
                                {0.F, 0.F, 1.F}})
    all.insert(all.end(), {r, g, b});
  EXPECT_THAT(dominant_colours(all), ElementsAre(0));
}

TEST(HalvePictures, EachPixelIsTheMeanOfFour) {
  Tensor x(DType::u8, 2, 2 * 4 * 3);
  for (std::int64_t i = 0; i < 48; ++i) x.as<std::uint8_t>().data[i] = std::uint8_t(5 * i);
  const Tensor& read = x;
  const Tensor half = halve_pictures(read.as<std::uint8_t>(), 2, 4, 3);
  ASSERT_EQ(half.cols(), 6);
  for (std::int64_t r = 0; r < 2; ++r)
    for (int column = 0; column < 2; ++column)
      for (int c = 0; c < 3; ++c) {
        double sum = 0;
        for (int dy = 0; dy < 2; ++dy)
          for (int dx = 0; dx < 2; ++dx) sum += x.at(r, (dy * 4 + 2 * column + dx) * 3 + c);
        EXPECT_FLOAT_EQ(float(half.at(r, column * 3 + c)), float(sum / 4 / 255));
      }
  EXPECT_EQ(refusal([&] { halve_pictures(read.as<std::uint8_t>(), 1, 24); }),
            "pictures of 1 × 24 cannot be halved: expected even sides");
}

// Two photographs of 4 × 4: a red ship, a blue and green frog.
TEST(TaggedPictures, SayClassKindAndColours) {
  Dataset photographs{"p", Tensor(DType::u8, 2, 4 * 4 * 3), 4, 4};
  photographs.channels = 3;
  photographs.labels = {8, 6};
  photographs.classes = 10;
  photographs.class_names = {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};
  for (int pixel = 0; pixel < 16; ++pixel) {
    photographs.x.set(0, 3 * pixel, 250);
    photographs.x.set(1, 3 * pixel + (pixel < 8 ? 2 : 1), 250);
  }
  const Cases cases = tagged_pictures(photographs);
  const Column& text = cases.at("text");
  const auto words = [&](std::int64_t c) {
    std::vector<std::string> said;
    for (const std::uint32_t word : text.sparse().row(c)) said.push_back(text.meaning.names[word]);
    return said;
  };
  EXPECT_EQ(text.units(), 22);
  EXPECT_THAT(words(0), ElementsAre("ship", "vehicle", "red"));
  EXPECT_THAT(words(1), ElementsAre("frog", "animal", "green", "blue"));
  EXPECT_EQ(cases.at("image").units(), 2 * 2 * 3);
  EXPECT_EQ(cases.at("image").meaning.channels, 3);
  EXPECT_EQ(class_name(cases.at(kLabelColumn).meaning, labels_of(cases)[0]), "ship");
}

// A bar of grey 255, `thick` pixels wide and 20 high, that moves to the right by `slope` pixels a row upwards.
std::vector<std::uint8_t> bar(int thick, double slope) {
  std::vector<std::uint8_t> grey(40 * 40, 0);
  for (int row = 10; row < 30; ++row)
    for (int i = 0; i < thick; ++i) grey[std::size_t(row * 40 + 18 + i + int(std::lround(slope * (20 - row))))] = 255;
  return grey;
}

TEST(TaggedStrokes, ThePenIsAsWideAsTheBar) {
  for (const int thick : {1, 2, 4}) {
    // 2 · 20 t / (2 · 20 + 2 t): short of t by the steps at the ends
    EXPECT_DOUBLE_EQ(pen_width(bar(thick, 0), 40), 20.0 * thick / (20 + thick));
    const auto slanted = pen_width(bar(thick, 1), 40);
    EXPECT_GT(slanted, 20.0 * thick / (20 + thick) / 2);
    EXPECT_LT(slanted, thick);
  }
  EXPECT_EQ(pen_width(std::vector<std::uint8_t>(1600, 0), 40), 0);
  // What touches the border of the picture ends there.
  EXPECT_DOUBLE_EQ(pen_width(std::vector<std::uint8_t>(9, 255), 3), 2 * 9.0 / 12);
}

TEST(TaggedStrokes, ABarLeansByItsSlope) {
  EXPECT_DOUBLE_EQ(lean(bar(3, 0), 40), 0);
  // Rounding moves a row by at most half a pixel: the slope by ½ mean |y| / mean y², y = ±0.5 … ±9.5 the rows.
  constexpr double kMost = 0.5 * 5 / 33.25;
  EXPECT_NEAR(lean(bar(3, 0.5), 40), 0.5, kMost);
  EXPECT_NEAR(lean(bar(3, -0.25), 40), -0.25, kMost);
  EXPECT_EQ(lean(std::vector<std::uint8_t>(1600, 0), 40), 0);
}

TEST(TaggedStrokes, SayDigitParityPenAndLean) {
  Context one(1), three(3);
  const Cases cases = tagged_strokes(one, 2000, {5}), same = tagged_strokes(three, 2000, {5}),
              few = tagged_strokes(three, 50, {5});
  EXPECT_EQ(cases.origin.sha256, same.origin.sha256);
  EXPECT_NE(cases.origin.sha256, tagged_strokes(one, 2000, {6}).origin.sha256);
  EXPECT_EQ(std::memcmp(few.at("image").rows().data, cases.at("image").rows().data, 50 * 784), 0);
  const SparseRows& text = cases.at("text").sparse();
  ASSERT_EQ(text.cols, 17);
  const auto labels = labels_of(cases);
  std::vector<int> count(17, 0);
  for (std::int64_t c = 0; c < 2000; ++c) {
    const auto words = text.row(c);
    ASSERT_EQ(words.size(), 4u);
    EXPECT_EQ(words[0], labels[std::size_t(c)]);
    EXPECT_EQ(words[1], 10 + labels[std::size_t(c)] % 2);
    for (const std::uint32_t word : words) ++count[word];
  }
  // The rules cut the drawings into halves and thirds, to five deviations of 2,000 draws and of the 20,000 they were
  // measured on.
  const auto near = [](double came, double share) {
    EXPECT_NEAR(came, 2000 * share, 5 * std::sqrt(2000 * share * (1 - share) * 1.1) + 0.02 * 2000) << came;
  };
  near(count[12], 0.5), near(count[13], 0.5);
  for (int word = 14; word < 17; ++word) near(count[std::size_t(word)], 1 / 3.0);
  EXPECT_EQ(cases.at("text").meaning.names[3], "three");
  EXPECT_EQ(cases.at(kLabelColumn).meaning.names.size(), 10u);
}

}  // namespace
}  // namespace deepboltz
