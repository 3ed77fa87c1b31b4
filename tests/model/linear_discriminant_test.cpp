#include "deepboltz/model/linear_discriminant.h"

#include <cmath>

#include <gtest/gtest.h>

#include "deepboltz/base/error.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz::testing {
namespace {

// Of two classes in one dimension the border is where p(class | x) is ½: halfway between the means, moved by the log of
// the shares times variance over distance.
TEST(LinearDiscriminant, HasTheBorderOfTwoNormals) {
  const double x[] = {-1.5, -.5, -1, -1, 1.5, .5};
  const std::uint32_t labels[] = {0, 0, 0, 0, 1, 1};
  Tensor cases(DType::f64, 6, 1);
  for (int r = 0; r < 6; ++r) cases.set(r, 0, x[r]);
  const LinearDiscriminant found = linear_discriminant(cases, labels, 2);
  const double variance = (.5 + .5) / (6 - 2), border = 0 + variance * std::log(4.0 / 2) / 2;
  for (const double by : {-1e-3, 1e-3}) {
    Tensor one(DType::f64, 1, 1);
    one.set(0, 0, border + by);
    EXPECT_EQ(classify_by(found, one).front(), by > 0);
  }
}

// Directions along which the classes are spread out count little.
TEST(LinearDiscriminant, WeighsDirectionsByTheirSpread) {
  constexpr int kCases = 300;
  Tensor cases(DType::f32, kCases, 2);
  std::vector<std::uint32_t> labels;
  for (int r = 0; r < kCases; ++r) {
    labels.push_back(std::uint32_t(r % 3));
    cases.set(r, 0, .1 * normal(Key{1}, std::uint32_t(r), 0) + r % 3);
    cases.set(r, 1, 50 * normal(Key{1}, std::uint32_t(r), 1));
  }
  const std::vector<std::uint32_t> found = classify_by(linear_discriminant(cases, labels, 3), cases);
  EXPECT_EQ(found, labels);  // borders are five deviations away
}

TEST(LinearDiscriminant, RefusesAClassWithoutACase) {
  const Tensor cases(DType::f64, 4, 1);
  const std::uint32_t labels[] = {0, 0, 2, 2};
  EXPECT_THROW(linear_discriminant(cases, labels, 3), InputError);
  EXPECT_THROW(linear_discriminant(cases, labels, 4), InputError);
}

}  // namespace
}  // namespace deepboltz::testing
