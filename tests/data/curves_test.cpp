// Curves and patches of faces against what is known of their distributions.
#include "deepboltz/data/curves.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "tests/io/refusal.h"
#include <gmock/gmock.h>

#include "deepboltz/data/face_patches.h"
#include "deepboltz/data/named_data.h"

namespace deepboltz {
namespace {

using ::testing::HasSubstr;
using testing::refusal;

TEST(Curves, ACaseDependsOnTheKeyAndItsNumberOnly) {
  Context one(1), three(3);
  const Dataset few = curves(one, 70, {3}), many = curves(three, 300, {3}), other = curves(one, 70, {4});
  EXPECT_EQ(std::memcmp(few.x.data(), many.x.data(), few.x.bytes()), 0);
  EXPECT_NE(few.sha256, other.sha256);
  EXPECT_THAT(refusal([&] { curves(one, 0, {}); }), HasSubstr("expected 1 to 100,000,000 cases, got 0"));
}

// The variance of a picture, summed over its pixels, is 17.58 ± 0.06 by a NumPy program of the same definition over
// 20,000 curves. Ours differs by 5 errors of the difference at most.
TEST(Curves, HaveTheVarianceOfTheirDefinition) {
  constexpr std::int64_t kCases = 20'000;
  Context ctx(2);
  const Dataset data = curves(ctx, kCases, {7});
  const auto x = data.x.as<std::uint8_t>();
  std::vector<double> mean(784);
  for (std::int64_t c = 0; c < kCases; ++c)
    for (std::size_t i = 0; i < 784; ++i) mean[i] += x(c, std::int64_t(i)) / 255.0 / kCases;
  double sum = 0, squares = 0;
  for (std::int64_t c = 0; c < kCases; ++c) {
    double distance = 0;
    for (std::size_t i = 0; i < 784; ++i) distance += std::pow(x(c, std::int64_t(i)) / 255.0 - mean[i], 2);
    sum += distance;
    squares += distance * distance;
  }
  const double variance = sum / kCases, error = std::sqrt((squares / kCases - variance * variance) / kCases);
  EXPECT_NEAR(variance, 17.58, 5 * std::hypot(0.06, error));
  EXPECT_LT(error, 0.1);
}

// Ink is 0.63 on the curve, and the last pixel of a curve's way lies within half a pixel of it.
TEST(Curves, AreDrawnWithTheInkThatIsSaid) {
  Context ctx;
  const Dataset data = curves(ctx, 500, {8});
  for (std::int64_t c = 0; c < data.cases(); ++c) {
    const std::uint8_t* row = data.x.as<std::uint8_t>().row(c);
    const int darkest = *std::max_element(row, row + 784);
    EXPECT_LE(darkest, 161);  // 0.63 · 255
    EXPECT_GE(darkest, 161 * std::exp(-0.5 / (2 * 1.25 * 1.25)) - 1);
  }
}

// Pictures whose grey values grow by 4 a row: a patch of such a plane is a plane again.
Dataset planes() {
  Dataset faces{"planes", Tensor(DType::u8, 400, 64 * 64), 64, 64};
  for (std::int64_t f = 0; f < 400; ++f)
    for (int i = 0; i < 64 * 64; ++i) faces.x.as<std::uint8_t>()(f, i) = std::uint8_t(4 * (i / 64));
  return faces;
}

// With spacing p = 2.31/s and turn t, a step down changes the grey value by 4·p·cos t, a step right by −4·p·sin t or
// its opposite. s is uniform on [1.4, 1.8]: E p² = 2.31²/(1.4·1.8), E p = 2.31·ln(1.8/1.4)/0.4; t is uniform on ±90°:
// E cos t = 2/π, E cos² t = ½. The mean patch is taken off, so that steps down have the variance only.
TEST(FacePatches, SampleThePictureAsTheirDefinitionSays) {
  const Dataset patches = face_patches(planes(), Share::validation);
  ASSERT_EQ(patches.cases(), 20'700);
  const double mean_spacing = 2.31 * std::log(1.8 / 1.4) / 0.4, square = 2.31 * 2.31 / (1.4 * 1.8),
               mean_down = mean_spacing * 2 / M_PI, variance_down = square / 2 - mean_down * mean_down;
  double down_squares = 0, right_squares = 0;
  for (std::int64_t c = 0; c < patches.cases(); ++c) {
    const float* x = patches.x.as<float>().row(c);
    const double down = x[25] - x[0], right = x[1] - x[0];
    for (int i = 0; i < 25; ++i)
      for (int j = 0; j < 25; ++j) ASSERT_NEAR(x[25 * i + j], x[0] + down * i + right * j, 1e-3) << c;
    down_squares += down * down / double(patches.cases());
    right_squares += right * right / double(patches.cases());
  }
  // 20,700 draws: each mean square to about 1 %; 6 of those.
  EXPECT_NEAR(down_squares / right_squares, 2 * variance_down / square, 0.06 * 2 * variance_down / square);
  const double unit = std::sqrt(right_squares / (square / 2));  // of a step of one pixel
  double least = 10, greatest = 0;
  for (std::int64_t c = 0; c < patches.cases(); ++c) {
    const float* x = patches.x.as<float>().row(c);
    const double spacing = std::hypot((x[25] - x[0]) / unit + mean_down, (x[1] - x[0]) / unit);
    least = std::min(least, spacing);
    greatest = std::max(greatest, spacing);
  }
  EXPECT_NEAR(least, 2.31 / 1.8, 0.02);
  EXPECT_NEAR(greatest, 2.31 / 1.4, 0.02);
}

TEST(FacePatches, RefuseOtherPictures) {
  Dataset few{"few", Tensor(DType::u8, 399, 64 * 64), 64, 64}, small{"small", Tensor(DType::u8, 400, 57 * 57), 57, 57};
  EXPECT_EQ(refusal([&] { face_patches(few, Share::train); }),
            "few: expected 400 faces of at least 58 × 58 grey bytes, got 399 of 64 × 64");
  EXPECT_THAT(refusal([&] { face_patches(small, Share::train); }), HasSubstr("got 400 of 57 × 57"));
  EXPECT_THAT(refusal([&] {
                face_patches({"grey", Tensor(DType::u8, 400, 4096), 64, 64}, Share::train);
              }),
              HasSubstr("all alike"));
}

// The real faces: mean 0 and variance 1 of each pixel on average in training, more in the test people (spec: about
// 770).
TEST(FacePatches, OfTheTrainingPeopleHaveMean0AndVariance625) {
  const DataPlaces places = data_places(read_environment());
  if (places.data.empty()) GTEST_SKIP() << "DEEPBOLTZ_DATA is not set";
  Context ctx;
  for (const Share share : {Share::train, Share::test}) {
    const Dataset patches = load_named_data(ctx, "face-patches", {.share = share}, places);
    std::vector<double> mean(625);
    double squares = 0;
    for (std::int64_t c = 0; c < patches.cases(); ++c)
      for (std::size_t i = 0; i < 625; ++i) {
        const double value = patches.x.as<float>()(c, std::int64_t(i));
        mean[i] += value / double(patches.cases());
        squares += value * value / double(patches.cases());
      }
    if (share == Share::train) {
      EXPECT_NEAR(squares, 625, 1e-3);
      for (const double m : mean) EXPECT_NEAR(m, 0, 1e-6);
    } else {
      EXPECT_NEAR(squares, 785, 25);  // 100 pictures; a NumPy program of the same definition gives 793 and 790
    }
  }
}

}  // namespace
}  // namespace deepboltz
