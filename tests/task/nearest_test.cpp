#include "deepboltz/task/nearest.h"

#include "tests/task/toy_machine.h"
#include <gtest/gtest.h>

#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

TEST(Nearest, IsWhatCountingFinds) {
  constexpr std::int64_t kTraining = 2'345, kCases = 50,
                         kPixels = 20;  // few pixels: many ties, of which the first counts
  Tensor training(DType::u8, kTraining, kPixels), cases(DType::f32, kCases, kPixels), known(DType::u8, kCases, kPixels);
  for (std::int64_t r = 0; r < kTraining; ++r)
    for (std::int64_t i = 0; i < kPixels; ++i)
      training.set(r, i, double(random_word(Key{1}, std::uint32_t(r), std::uint32_t(i)) >> 24));
  for (std::int64_t r = 0; r < kCases; ++r)
    for (std::int64_t i = 0; i < kPixels; ++i) {
      cases.set(r, i, double(random_word(Key{2}, std::uint32_t(r), std::uint32_t(i)) >> 31));
      known.set(r, i, double(random_word(Key{3}, std::uint32_t(r), std::uint32_t(i)) >> 31));
    }
  Context ctx(2);
  const auto found = nearest_on_known(ctx, training, cases, known);
  for (std::int64_t r = 0; r < kCases; ++r) {
    std::int64_t best = 0, least = kPixels + 1;
    for (std::int64_t t = 0; t < kTraining; ++t) {
      std::int64_t distance = 0;
      for (std::int64_t i = 0; i < kPixels; ++i)
        if (known.at(r, i) != 0) distance += (training.at(t, i) >= 128) != (cases.at(r, i) == 1);
      if (distance < least) {
        least = distance;
        best = t;
      }
    }
    EXPECT_EQ(found[std::size_t(r)], best) << r;
  }
}

TEST(Nearest, ItsGreysAreProbabilities) {
  const Tensor training = toy::matrix({{0, 51}, {255, 102}}, DType::u8);
  const Tensor copied = copied_pixels(training, {1, 0, 1}, DType::f64), mean = mean_image(training, DType::f64);
  EXPECT_DOUBLE_EQ(copied.at(0, 1), 0.4);
  EXPECT_DOUBLE_EQ(copied.at(1, 1), 0.2);
  EXPECT_DOUBLE_EQ(copied.at(2, 0), 1);
  EXPECT_DOUBLE_EQ(mean.at(0, 0), 0.5);
  EXPECT_DOUBLE_EQ(mean.at(0, 1), 0.3);
}

}  // namespace
}  // namespace deepboltz
