// Objects of a Deep Lambertian network do not depend on threads or on each other.
#include <cstring>

#include "tests/system/golden_scene.h"
#include <gtest/gtest.h>

#include "deepboltz/rng/draw.h"
#include "deepboltz/system/lambertian/normal_moves.h"

namespace deepboltz::testing {
namespace {

// Objects with pictures and a start of their own, some pixels shadowed.
struct RandomObjects {
  static constexpr std::int64_t kImages = 2, kPixels = 40;
  Pictures pictures;
  Scene scene;
  Tensor albedo_mean, normal_mean;
  std::vector<double> albedo_deviation = std::vector<double>(kPixels, .2);
  std::vector<double> normal_deviation = std::vector<double>(3 * kPixels, .2);

  RandomObjects(std::int64_t first, std::int64_t count)
      : pictures{Tensor(DType::f32, count * kImages, kPixels), all_observed(count * kImages, kPixels), kImages},
        scene(DType::f32, count, kImages, kPixels),
        albedo_mean(DType::f32, count, kPixels),
        normal_mean(DType::f32, count, 3 * kPixels) {
    scene.first_object = first;
    const auto fill = [](Tensor& x, std::int64_t from, Key key, double shift, double scale) {
      for (std::int64_t r = 0; r < x.rows(); ++r)
        for (std::int64_t c = 0; c < x.cols(); ++c)
          x.set(r, c, shift + scale * normal(key, std::uint32_t(from + r), std::uint32_t(c)));
    };
    fill(pictures.value, first * kImages, Key{1}, .4, .2);
    fill(scene.albedo, first, Key{2}, .6, .1);
    fill(scene.normals, first, Key{3}, .5, .3);
    fill(albedo_mean, first, Key{4}, .6, .1);
    fill(normal_mean, first, Key{5}, .5, .3);
    for (std::int64_t r = 0; r < pictures.value.rows(); ++r)
      for (std::int64_t i = 0; i < kPixels; ++i)
        if (pictures.value.at(r, i) < .2) pictures.observed.as<std::uint8_t>()(r, i) = 0;
  }
  void sweep(Context& ctx) {
    const Lambert lambert;
    NormalSteps steps(pictures.objects(), .02);
    for (std::uint64_t s = 0; s < 3; ++s) {
      const Key key = Key{6}.fold(s);
      draw_lights(ctx, lambert, pictures, key.fold(0), scene);
      draw_albedo(ctx, lambert, pictures, {albedo_mean, albedo_deviation}, key.fold(1), scene);
      move_normals(ctx, lambert, pictures, {normal_mean, normal_deviation}, key.fold(2), steps, scene);
      steps.adapt();
    }
  }
};

bool same(ConstMatrix a, ConstMatrix b) {
  return std::memcmp(a.data, b.data, std::size_t(a.rows * a.cols) * sizeof(float)) == 0;
}

TEST(LambertObjects, SameBitsOnAnyNumberOfThreads) {
  RandomObjects one(0, 150);
  Context alone(1);
  one.sweep(alone);
  for (int threads : {2, 3}) {
    RandomObjects more(0, 150);
    Context ctx(threads);
    more.sweep(ctx);
    EXPECT_TRUE(same(one.scene.albedo, more.scene.albedo) && same(one.scene.normals, more.scene.normals) &&
                same(one.scene.lights, more.scene.lights));
  }
}

TEST(LambertObjects, NoObjectReadsAnother) {
  Context ctx;
  RandomObjects together(0, 5), apart(3, 2);
  together.sweep(ctx);
  apart.sweep(ctx);
  EXPECT_TRUE(same(together.scene.albedo.view().slice(3, 2), apart.scene.albedo));
  EXPECT_TRUE(same(together.scene.normals.view().slice(3, 2), apart.scene.normals));
  EXPECT_TRUE(same(together.scene.lights.view().slice(6, 4), apart.scene.lights));
}

}  // namespace
}  // namespace deepboltz::testing
