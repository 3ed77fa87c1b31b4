// Patches hold the pictures' own numbers in their order, come from everywhere alike, and depend on their key only.
#include "deepboltz/data/patches.h"

#include <cmath>
#include <cstring>
#include <map>

#include "tests/io/refusal.h"
#include <gmock/gmock.h>

namespace deepboltz {
namespace {

using ::testing::HasSubstr;
using testing::refusal;

constexpr int kHeight = 5, kWidth = 6, kChannels = 3, kPictures = 2;

// Every number tells its place: 90·picture + 18·row + 3·column + channel.
Dataset pictures() {
  Dataset data{"p", Tensor(DType::u8, kPictures, kHeight * kWidth * kChannels), kHeight, kWidth};
  data.channels = kChannels;
  for (int p = 0; p < kPictures; ++p)
    for (int i = 0; i < kHeight * kWidth * kChannels; ++i) data.x.as<std::uint8_t>()(p, i) = std::uint8_t(90 * p + i);
  return finished(std::move(data));
}

TEST(Patches, AreConnectedPiecesFromEveryPlaceAlike) {
  constexpr std::int64_t kCount = 12'000;
  const Dataset patches = draw_patches(pictures(), {.side = 3, .count = kCount, .key = {1}});
  EXPECT_EQ(patches.units(), 27);
  EXPECT_EQ(patches.channels, 3);
  std::map<int, int> places;
  for (std::int64_t i = 0; i < kCount; ++i) {
    const float* patch = patches.x.as<float>().row(i);
    const auto byte = [&](int y, int x, int c) { return int(std::floor(256 * patch[(3 * y + x) * 3 + c])); };
    for (int y = 0; y < 3; ++y)
      for (int x = 0; x < 3; ++x)
        for (int c = 0; c < 3; ++c) ASSERT_EQ(byte(y, x, c), byte(0, 0, 0) + 18 * y + 3 * x + c);
    ++places[byte(0, 0, 0)];
  }
  // 2 pictures × 3 × 4 places: χ² with 23 degrees of freedom stays below its 1 − 1e-6 quantile, 69.
  EXPECT_EQ(places.size(), 24u);
  double chi_squared = 0;
  for (const auto& [place, count] : places) chi_squared += std::pow(count - kCount / 24.0, 2) / (kCount / 24.0);
  EXPECT_LT(chi_squared, 69);
}

TEST(Patches, NoiseIsUniformWithinAGreyStep) {
  const Dataset patches = draw_patches(pictures(), {.side = 3, .count = 2'000, .key = {2}});
  double sum = 0, squares = 0;
  const std::int64_t values = patches.cases() * patches.units();
  for (std::int64_t i = 0; i < values; ++i) {
    const double step = 256 * double(patches.x.as<float>().data[i]), noise = step - std::floor(step);
    sum += noise;
    squares += noise * noise;
  }
  EXPECT_NEAR(sum / double(values), 0.5, 5 * std::sqrt(1 / 12.0 / double(values)));
  EXPECT_NEAR(squares / double(values), 1 / 3.0, 5 * std::sqrt(4 / 45.0 / double(values)));
}

TEST(Patches, HaveNoMeanWhereItIsSubtracted) {
  const Dataset as_is = draw_patches(pictures(), {.side = 3, .count = 50, .key = {3}}),
                centred = draw_patches(pictures(), {.side = 3, .count = 50, .subtract_mean = true, .key = {3}});
  for (std::int64_t i = 0; i < 50; ++i) {
    double sum = 0;
    for (std::int64_t u = 0; u < 27; ++u) {
      sum += centred.x.at(i, u);
      EXPECT_NEAR(centred.x.at(i, u) - centred.x.at(i, 0), as_is.x.at(i, u) - as_is.x.at(i, 0), 1e-6);
    }
    EXPECT_NEAR(sum, 0, 1e-5);
  }
}

TEST(Patches, DependOnKeyAndNumberOnly) {
  const Dataset few = draw_patches(pictures(), {.side = 2, .count = 10, .key = {4}}),
                many = draw_patches(pictures(), {.side = 2, .count = 30, .key = {4}}),
                others = draw_patches(pictures(), {.side = 2, .count = 10, .key = {5}});
  EXPECT_EQ(std::memcmp(few.x.data(), many.x.data(), few.x.bytes()), 0);
  EXPECT_NE(few.sha256, others.sha256);
}

TEST(Patches, RefuseSmallerPictures) {
  EXPECT_THAT(refusal([] { draw_patches(pictures(), {.side = 6}); }),
              HasSubstr("patches of 6 × 6 need pictures at least as large, got 5 × 6"));
  const Dataset bare = finished({"b", Tensor(DType::u8, 2, 30)});
  EXPECT_THAT(refusal([&] { draw_patches(bare, {.side = 2}); }), HasSubstr("got 0 × 0"));
  EXPECT_THAT(refusal([] { draw_patches(pictures(), {.side = 2, .count = 0}); }), HasSubstr("got 0"));
}

}  // namespace
}  // namespace deepboltz
