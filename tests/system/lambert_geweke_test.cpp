// The Deep Lambertian network's sweep leaves its joint distribution as it is (Geweke 2004): two pixels, two images, one
// hidden unit a prior. Exact joint draws that have been moved, pictures drawn anew in every sweep, are compared with
// where they came from.
#include "tests/system/golden_scene.h"
#include <gtest/gtest.h>

#include "deepboltz/base/numeric.h"
#include "deepboltz/model/build.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/lambertian/normal_moves.h"
#include "deepboltz/system/lambertian/scene_prior.h"

namespace deepboltz::testing {
namespace {

constexpr std::int64_t kObjects = 20'000, kImages = 2, kPixels = 2;

EnergyModel small_prior(const std::vector<double>& shift, double scale, double hidden_bias) {
  const auto units = std::int64_t(shift.size());
  EnergyModel prior = rbm(units, 1, {.precision = DType::f64, .visible = Gaussian{}});
  Layer& visible = prior.layers()[0];
  visible.shift = rows_of(DType::f64, {shift});
  visible.scale = rows_of(DType::f64, {std::vector<double>(shift.size(), scale)});
  prior.layers()[1].bias.set(0, 0, hidden_bias);
  for (std::int64_t i = 0; i < units; ++i) {
    visible.bias.set(0, i, .1 * double(i % 3));
    prior.connections()[0].weight.set(i, 0, i % 2 == 0 ? 1.2 : -.9);
  }
  return prior;
}

// The share of g = 1 in a prior with one hidden unit: its units are summed out by quadrature's closed form.
double share_on(const EnergyModel& prior) {
  double field = prior.layers()[1].bias.at(0, 0);
  for (std::int64_t i = 0; i < prior.layers()[0].units; ++i) {
    const double b = prior.layers()[0].bias.at(0, i), w = prior.connections()[0].weight.at(i, 0);
    field += ((b + w) * (b + w) - b * b) / 2;
  }
  return logistic(field);
}

struct Joint {
  EnergyModel albedo = small_prior({.6, .5}, .15, -.8), normals = small_prior({.1, .1, .8, -.1, .1, .8}, .3, .2);
  Lambert lambert{.noise = .2, .light_mean = {.1, 0, 1}, .light_precision = {{4, .5, 5, 0, -.5, 6}}, .stiffness = 6};
  Pictures pictures{Tensor(DType::f64, kObjects* kImages, kPixels), all_observed(kObjects* kImages, kPixels), kImages};
  Scene scene{DType::f64, kObjects, kImages, kPixels};
  State albedo_hidden, normals_hidden;

  Joint(Context& ctx, Key key)
      : albedo_hidden(albedo.make_state(ctx, kObjects)), normals_hidden(normals.make_state(ctx, kObjects)) {
    for (std::int64_t o = 0; o < kObjects; ++o) {
      const auto row = std::uint32_t(o);
      start(albedo, albedo_hidden, scene.albedo, key.fold(0), o);
      // Normals by rejection: the machine's own draw stays with probability exp(−(η/2) Σ (n·n − 1)²).
      for (std::uint64_t attempt = 0;; ++attempt) {
        const Key now = key.fold(1).fold(attempt);
        start(normals, normals_hidden, scene.normals, now.fold(0), o);
        double longer = 0;
        for (std::int64_t i = 0; i < kPixels; ++i) longer += std::pow(dot(normal_at(o, i), normal_at(o, i)) - 1, 2);
        if (double(uniform(now.fold(1), row, 0)) < std::exp(-lambert.stiffness * longer / 2)) break;
      }
      for (std::int64_t p = kImages * o; p < kImages * (o + 1); ++p) {
        const auto image = std::uint32_t(p);
        const Vector3 away =
            Factor3(lambert.light_precision)
                .up({normal(key.fold(2), image, 0), normal(key.fold(2), image, 1), normal(key.fold(2), image, 2)});
        for (std::size_t k = 0; k < 3; ++k) scene.lights.set(p, std::int64_t(k), lambert.light_mean[k] + away[k]);
      }
    }
    draw_pictures(key.fold(3));
  }

  void start(const EnergyModel& prior, State& hidden, Tensor& data, Key key, std::int64_t o) {
    const double on = double(uniform(key.fold(0), std::uint32_t(o), 0)) < share_on(prior) ? 1 : 0;
    hidden.layers[1].set(o, 0, on);
    const Layer& visible = prior.layers()[0];
    for (std::int64_t i = 0; i < visible.units; ++i) {
      const double field = visible.bias.at(0, i) + on * prior.connections()[0].weight.at(i, 0);
      data.set(o, i,
               visible.shift.at(0, i) +
                   visible.scale.at(0, i) * (field + normal(key.fold(1), std::uint32_t(o), std::uint32_t(i))));
    }
  }
  Vector3 normal_at(std::int64_t o, std::int64_t i) const {
    return {scene.normals.at(o, 3 * i), scene.normals.at(o, 3 * i + 1), scene.normals.at(o, 3 * i + 2)};
  }
  void draw_pictures(Key key) {
    for (std::int64_t p = 0; p < kObjects * kImages; ++p)
      for (std::int64_t i = 0; i < kPixels; ++i) {
        const Vector3 light{scene.lights.at(p, 0), scene.lights.at(p, 1), scene.lights.at(p, 2)};
        const double mean = scene.albedo.at(p / kImages, i) * dot(normal_at(p / kImages, i), light);
        pictures.value.set(p, i, mean + lambert.noise * normal(key, std::uint32_t(p), std::uint32_t(i)));
      }
  }
  void sweep(Context& ctx, Key key, NormalSteps& steps) {
    Tensor albedo_mean(DType::f64, kObjects, kPixels), normal_mean(DType::f64, kObjects, 3 * kPixels);
    const std::vector<double> albedo_deviation = prior_deviations(albedo), normal_deviation = prior_deviations(normals);
    prior_means(ctx, albedo, albedo_hidden, albedo_mean);
    prior_means(ctx, normals, normals_hidden, normal_mean);
    draw_lights(ctx, lambert, pictures, key.fold(0), scene);
    draw_albedo(ctx, lambert, pictures, {albedo_mean, albedo_deviation}, key.fold(1), scene);
    move_normals(ctx, lambert, pictures, {normal_mean, normal_deviation}, key.fold(2), steps, scene);
    draw_prior_hidden(ctx, albedo, scene.albedo, key.fold(3), albedo_hidden);
    draw_prior_hidden(ctx, normals, scene.normals, key.fold(4), normals_hidden);
    draw_pictures(key.fold(5));
  }
  std::vector<double> statistics(std::int64_t o) const {
    const Vector3 n = normal_at(o, 0), m = normal_at(o, 1);
    const double a = scene.albedo.at(o, 0), b = scene.albedo.at(o, 1), v = pictures.value.at(2 * o, 0);
    const double x = scene.lights.at(2 * o, 0), z = scene.lights.at(2 * o + 1, 2);
    const double h = albedo_hidden.layers[1].at(o, 0), g = normals_hidden.layers[1].at(o, 0);
    return {a, a * b, n[0],  n[2], dot(n, n), n[0] * m[1], x,     x * x, z,       z * z,
            v, v * v, a * v, h,    g,         g * n[0],    h * a, v * x, v * n[2]};
  }
};

TEST(LambertGeweke, TheSweepLeavesTheJointAsItIs) {
  Context ctx;
  const Joint fresh(ctx, Key{1});
  Joint moved(ctx, Key{2});
  NormalSteps steps(kObjects, .05);
  steps.leapfrogs = 10;
  for (std::uint64_t s = 0; s < 8; ++s) moved.sweep(ctx, Key{3}.fold(s), steps);
  double accepted = 0;
  for (double share : steps.accepted) accepted += share / double(kObjects);
  EXPECT_GT(accepted, .5);
  EXPECT_LT(accepted, .999);  // the test has to see rejections
  const std::size_t count = fresh.statistics(0).size();
  for (std::size_t k = 0; k < count; ++k) {
    double sum[2] = {}, squares[2] = {};
    for (std::int64_t o = 0; o < kObjects; ++o) {
      const double x[2] = {fresh.statistics(o)[k], moved.statistics(o)[k]};
      for (std::size_t side = 0; side < 2; ++side) {
        sum[side] += x[side];
        squares[side] += x[side] * x[side];
      }
    }
    const double n = double(kObjects), first = sum[0] / n, second = sum[1] / n;
    const double variance = squares[0] / n - first * first + squares[1] / n - second * second;
    EXPECT_NEAR(first, second, 4.5 * std::sqrt(variance / n)) << "statistic " << k;
  }
}

TEST(LambertGeweke, RefusesPriorsOfOtherSizes) {
  const EnergyModel prior = small_prior({.6, .5}, .15, 0);
  EXPECT_NO_THROW(require_prior(prior, "albedo", 2));
  EXPECT_THROW(require_prior(prior, "normals", 6), InputError);
  EXPECT_THROW(require_prior(rbm(2, 1), "albedo", 2), InputError);
}

}  // namespace
}  // namespace deepboltz::testing
