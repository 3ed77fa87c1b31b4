// Photometric stereo and the renderer: golden vector T2, spheres that are given back, degenerate lights.
#include "deepboltz/system/lambertian/photometric.h"

#include <numbers>

#include "tests/system/golden_scene.h"
#include <gtest/gtest.h>

#include "deepboltz/rng/draw.h"

namespace deepboltz::testing {
namespace {

TEST(PhotometricGolden, PseudoNormal) {
  const std::vector<Vector3> lights{{0, 0, 1}, {.5, 0, .8}, {0, .5, .8}};
  const std::vector<double> values{.5, .55, .35};
  const Vector3 found = pseudo_normal(values, lights, {.mean = {0, 0, .6}, .weight = .01 / .25}).value();
  const Vector3 want{0.241574790836, -0.103252795371, 0.512358276644}, flat{.3, -.1, .5};
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(found[k], want[k], 1e-12);
    EXPECT_NEAR(pseudo_normal(values, lights).value()[k], flat[k], 1e-12);
  }
  EXPECT_NEAR(norm(found), 0.575786872866, 1e-12);
}

TEST(Photometric, LightsInAPlaneHaveNoSolutionWithoutAPrior) {
  const std::vector<Vector3> lights{{.3, .1, 1}, {.6, .2, .7}, {.9, .3, 1.7}};  // the third is the sum of the others
  const std::vector<double> values{.5, .5, 1};
  EXPECT_FALSE(pseudo_normal(values, lights).has_value());
  EXPECT_FALSE(pseudo_normal(std::span(values).first(2), std::span(lights).first(2)).has_value());
  EXPECT_FALSE(pseudo_normal({}, {}).has_value());
  EXPECT_TRUE(pseudo_normal(values, lights, {.weight = .1}).has_value());
}

TEST(Photometric, AnglesOfLights) {
  const auto expect = [](const Vector3& got, const Vector3& want) {
    for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(got[k], want[k], 1e-12);
  };
  expect(light_direction(0, 0), {0, 0, 1});
  expect(light_direction(90, 0), {1, 0, 0});
  expect(light_direction(0, 90), {0, 1, 0});
  expect(light_direction(-45, 30), {-std::sqrt(.375), .5, std::sqrt(.375)});
}

// A sphere of 16 × 16 pixels under six lights, its pictures rendered; shadows are not observed.
TEST(Photometric, GivesBackARenderedSphere) {
  Context ctx(2);
  constexpr std::int64_t kSide = 16, kPixels = kSide * kSide, kImages = 6;
  Scene truth(DType::f64, 1, kImages, kPixels);
  for (std::int64_t i = 0; i < kPixels; ++i) {
    const double x = (double(i % kSide) - 7.5) / 10, y = (7.5 - double(i / kSide)) / 10, z2 = 1 - x * x - y * y;
    const Vector3 normal = z2 > 0 ? Vector3{x, y, std::sqrt(z2)} : Vector3{0, 0, 1};
    for (std::size_t k = 0; k < 3; ++k) truth.normals.set(0, 3 * i + std::int64_t(k), normal[k]);
    truth.albedo.set(0, i, .3 + .5 * double(uniform(Key{7}, 0, std::uint32_t(i))));
  }
  for (std::int64_t p = 0; p < kImages; ++p) {
    const Vector3 light = light_direction(60 * std::cos(double(p)), 60 * std::sin(double(p)));
    for (std::size_t k = 0; k < 3; ++k) truth.lights.set(p, std::int64_t(k), light[k]);
  }
  Pictures pictures{Tensor(DType::f64, kImages, kPixels), all_observed(kImages, kPixels), kImages};
  render(ctx, truth, pictures.value);
  std::int64_t shadows = 0, few = 0;
  for (std::int64_t i = 0; i < kPixels; ++i) {
    std::int64_t lit = 0;
    for (std::int64_t p = 0; p < kImages; ++p) {
      EXPECT_GE(pictures.value.at(p, i), 0);
      if (pictures.value.at(p, i) > 0) {
        ++lit;
      } else {
        pictures.observed.as<std::uint8_t>()(p, i) = 0;
        ++shadows;
      }
    }
    few += lit < 3;
  }
  EXPECT_GT(shadows, 0);  // else the law says nothing about them
  Scene found(DType::f64, 1, kImages, kPixels);
  found.lights = truth.lights.clone();
  EXPECT_EQ(photometric_stereo(ctx, pictures, {}, found), few);
  for (std::int64_t i = 0; i < kPixels; ++i) {
    std::int64_t lit = 0;
    for (std::int64_t p = 0; p < kImages; ++p) lit += pictures.observed.as<std::uint8_t>()(p, i);
    if (lit < 3) continue;
    EXPECT_NEAR(found.albedo.at(0, i), truth.albedo.at(0, i), 1e-9);
    for (std::int64_t k = 0; k < 3; ++k)
      EXPECT_NEAR(found.normals.at(0, 3 * i + k), truth.normals.at(0, 3 * i + k), 1e-9);
  }
}

}  // namespace
}  // namespace deepboltz::testing
