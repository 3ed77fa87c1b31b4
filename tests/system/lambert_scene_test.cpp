// Light, albedo and normals of the Deep Lambertian network: golden vectors T2 and G5, quadrature, refusals.
#include <numbers>

#include "tests/system/golden_scene.h"
#include <gtest/gtest.h>

#include "deepboltz/system/lambertian/normal_moves.h"
#include "deepboltz/system/lambertian/scene.h"

namespace deepboltz::testing {
namespace {

void expect_row(const Tensor& got, std::int64_t row, const std::vector<double>& want, double tolerance) {
  for (std::size_t c = 0; c < want.size(); ++c)
    EXPECT_NEAR(got.at(row, std::int64_t(c)), want[c], tolerance) << "row " << row << ", column " << c;
}

// The golden vectors in one number type; every number that is printed.
void expect_golden(DType dtype, double tolerance) {
  Context ctx;
  GoldenScene golden(dtype);
  Scene& scene = golden.scene;
  Tensor lights(dtype, 2, 3), mean(dtype, 1, 2), variance(dtype, 1, 2);
  draw_lights(ctx, golden.lambert, golden.pictures, Key{1}, scene, lights);
  expect_row(lights, 0, {-0.109487357922, 0.009684527952, 0.866929560040}, tolerance);
  expect_row(lights, 1, {-0.590118302018, 0.420842032011, 0.774298306657}, tolerance);
  scene.lights = lights.clone();
  std::vector<double> log_p(2);
  log_p_pictures(ctx, golden.lambert, golden.pictures, scene, log_p);
  EXPECT_NEAR(log_p[0], -0.718771152342, tolerance);
  draw_albedo(ctx, golden.lambert, golden.pictures, golden.albedo(), Key{2}, scene, mean, variance);
  expect_row(mean, 0, {0.753247376665, 0.517323536213}, tolerance);
  expect_row(variance, 0, {0.017369304858, 0.007350272695}, tolerance);

  scene.albedo = rows_of(dtype, {{.8, .5}});
  const std::vector<Vector3> gradient{{7.490840694846, 0.446731681319, 12.069481988293},
                                      {-0.943103371895, 9.534723611154, 8.382302010808}};
  const std::vector<Vector3> moved{{0.655178618091, 0.039704045873, 0.840104518831},
                                   {0.046284199757, 0.657444543201, 0.848810945394}};
  const std::vector<Vector3> start{{.65, .05, .85}, {.05, .65, .85}}, push{{.3, -.2, .1}, {-.1, .4, .2}};
  double energy = 0, change = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    const NormalEnergy of = normal_energy(golden.lambert, golden.pictures, golden.normals(), scene, 0, std::int64_t(i));
    energy += of(start[i]);
    Vector3 position = start[i], momentum = push[i];
    leapfrog(of, .01, 5, position, momentum);
    change += of(position) + dot(momentum, momentum) / 2 - of(start[i]) - dot(push[i], push[i]) / 2;
    for (std::size_t k = 0; k < 3; ++k) {
      EXPECT_NEAR(of.gradient(start[i])[k], gradient[i][k], tolerance * 10);
      EXPECT_NEAR(position[k], moved[i][k], tolerance);
    }
  }
  EXPECT_NEAR(energy, 1.416456275527, tolerance);
  EXPECT_NEAR(change, -0.000279145057, tolerance);
}

TEST(LambertGolden, Float64) { expect_golden(DType::f64, 1e-12); }
TEST(LambertGolden, Float32) { expect_golden(DType::f32, 1e-4); }

TEST(LambertGolden, AlbedoFromOneImage) {
  Context ctx;
  GoldenScene golden;
  Tensor lights(DType::f64, 2, 3), mean(DType::f64, 1, 2), variance(DType::f64, 1, 2);
  draw_lights(ctx, golden.lambert, golden.pictures, Key{1}, golden.scene, lights);
  golden.scene.lights = lights.clone();
  for (int i = 0; i < 2; ++i) golden.pictures.observed.as<std::uint8_t>()(1, i) = 0;  // the second image is absent
  draw_albedo(ctx, golden.lambert, golden.pictures, golden.albedo(), Key{2}, golden.scene, mean, variance);
  expect_row(mean, 0, {.7531882945, .5188882551}, 1e-10);
  expect_row(variance, 0, {.0197898993, .0166609009}, 1e-10);
}

TEST(Lambert, EnergyOfNormalsIsTheScenes) {
  Context ctx;
  GoldenScene golden;
  const auto all = [&] {
    std::vector<double> sum(1);
    scene_energy(ctx, golden.lambert, golden.pictures, golden.albedo(), golden.normals(), golden.scene, sum);
    return sum[0];
  };
  const NormalEnergy pixel = normal_energy(golden.lambert, golden.pictures, golden.normals(), golden.scene, 0, 1);
  const double before = all();
  golden.scene.normals = rows_of(DType::f64, {{.6, 0, .8, -.2, .9, .4}});
  EXPECT_NEAR(all() - before, pixel({-.2, .9, .4}) - pixel({0, .6, .8}), 1e-10);
}

TEST(Lambert, LeapfrogReturnsAndItsErrorFallsAsTheSquareOfTheStep) {
  GoldenScene golden;
  golden.scene.lights = rows_of(DType::f64, {{-.1, 0, .9}, {-.6, .4, .8}});
  const NormalEnergy energy = normal_energy(golden.lambert, golden.pictures, golden.normals(), golden.scene, 0, 0);
  const Vector3 start{.65, .05, .85}, push{.3, -.2, .1};
  const auto error = [&](double step, int steps) {
    Vector3 x = start, p = push;
    leapfrog(energy, step, steps, x, p);
    const double change = energy(x) + dot(p, p) / 2 - energy(start) - dot(push, push) / 2;
    for (double& k : p) k = -k;
    leapfrog(energy, step, steps, x, p);
    for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(x[k], start[k], 1e-12);
    return change;
  };
  // Of a method of second order the ratio is 4 + O(step²).
  EXPECT_NEAR(error(.004, 25) / error(.002, 50), 4, .1);
  EXPECT_NEAR(error(.002, 50) / error(.001, 100), 4, .025);
}

// A grid over a cube: its points as rows, the volume of one.
struct Grid {
  std::vector<Vector3> points;
  double volume;

  Grid(double from, double to, double step) : volume(step * step * step) {
    for (double x = from; x < to; x += step)
      for (double y = from; y < to; y += step)
        for (double z = from; z < to; z += step) points.push_back({x, y, z});
  }
};

TEST(Lambert, QuadratureOverTheLight) {
  Context ctx;
  GoldenScene golden;
  golden.lambert = {
      .noise = .4, .light_mean = {.2, -.1, .9}, .light_precision = {{1.5, .3, 2, -.2, .4, 1}}, .stiffness = 0};
  const Grid grid(-6.5, 7.5, .2);
  const auto count = std::int64_t(grid.points.size());
  Pictures pictures{Tensor(DType::f64, count, 2), all_observed(count, 2), 1};
  Scene scene(DType::f64, count, 1, 2);
  Tensor albedo_mean(DType::f64, count, 2), normal_mean(DType::f64, count, 6);
  for (std::int64_t r = 0; r < count; ++r) {
    for (std::int64_t i = 0; i < 2; ++i) {
      pictures.value.set(r, i, i == 0 ? .5 : .35);
      scene.albedo.set(r, i, i == 0 ? .8 : .5);
      albedo_mean.set(r, i, scene.albedo.at(r, i));  // the priors' terms are 0
    }
    for (std::int64_t i = 0; i < 6; ++i) {
      scene.normals.set(r, i, golden.scene.normals.at(0, i));
      normal_mean.set(r, i, scene.normals.at(r, i));
      if (i < 3) scene.lights.set(r, i, grid.points[std::size_t(r)][std::size_t(i)]);
    }
  }
  std::vector<double> energy(std::size_t(count), 0.0), log_p(std::size_t(count), 0.0);
  scene_energy(ctx, golden.lambert, pictures, {albedo_mean, golden.albedo_deviation},
               {normal_mean, golden.normal_deviation}, scene, energy);
  double sum = 0;
  Vector3 mean{};
  for (std::size_t r = 0; r < energy.size(); ++r) {
    const double weight = std::exp(-energy[r]) * grid.volume;
    sum += weight;
    for (std::size_t k = 0; k < 3; ++k) mean[k] += weight * grid.points[r][k];
  }
  const double two_pi = 2 * std::numbers::pi;
  const double normaliser = Factor3(golden.lambert.light_precision).log_det() / 2 - 1.5 * std::log(two_pi) -
                            std::log(two_pi * golden.lambert.noise * golden.lambert.noise);
  log_p_pictures(ctx, golden.lambert, pictures, scene, log_p);
  EXPECT_NEAR(log_p[0], std::log(sum) + normaliser, 1e-7);
  Tensor centre(DType::f64, count, 3);
  draw_lights(ctx, golden.lambert, pictures, Key{4}, scene, centre);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(centre.at(0, std::int64_t(k)), mean[k] / sum, 1e-7);
  // The draws: their variances are those of P⁻¹, to 4.5 standard errors.
  Symmetric3 precision = golden.lambert.light_precision;
  precision.add_outer(.64 / .16, {.6, 0, .8});
  precision.add_outer(.25 / .16, {0, .6, .8});
  for (std::size_t k = 0; k < 3; ++k) {
    Vector3 unit{};
    unit[k] = 1;
    const double variance = Factor3(precision).solve(unit)[k];
    double squares = 0;
    for (std::int64_t r = 0; r < count; ++r)
      squares += std::pow(scene.lights.at(r, std::int64_t(k)) - centre.at(0, std::int64_t(k)), 2);
    EXPECT_NEAR(squares / double(count), variance, 4.5 * variance * std::sqrt(2 / double(count)));
  }
}

TEST(Lambert, NormalsMoveToTheirConditional) {
  Context ctx;
  GoldenScene golden;
  golden.lambert.noise = .25;
  golden.scene.lights = rows_of(DType::f64, {{-.1, 0, .9}, {-.6, .4, .8}});
  constexpr std::int64_t kObjects = 20'000;
  Pictures pictures{Tensor(DType::f64, 2 * kObjects, 2), all_observed(2 * kObjects, 2), 2};
  Scene scene(DType::f64, kObjects, 2, 2);
  Tensor mean(DType::f64, kObjects, 6);
  for (std::int64_t o = 0; o < kObjects; ++o)
    for (std::int64_t i = 0; i < 6; ++i) {
      mean.set(o, i, golden.normal_mean.at(0, i));
      scene.normals.set(o, i, golden.scene.normals.at(0, i));
      scene.lights.set(2 * o + i / 3, i % 3, golden.scene.lights.at(i / 3, i % 3));
      if (i < 2) scene.albedo.set(o, i, golden.scene.albedo.at(0, i));
      if (i < 4) pictures.value.set(2 * o + i / 2, i % 2, golden.pictures.value.at(i / 2, i % 2));
    }
  NormalSteps steps(kObjects, .03);
  for (std::uint64_t s = 0; s < 20; ++s)
    move_normals(ctx, golden.lambert, pictures, {mean, golden.normal_deviation}, Key{5}.fold(s), steps, scene);
  const Grid grid(-1.5, 2, .025);
  for (std::int64_t i = 0; i < 2; ++i) {
    const NormalEnergy energy = normal_energy(golden.lambert, golden.pictures, golden.normals(), golden.scene, 0, i);
    double sum = 0;
    std::array<double, 6> moments{}, squares{}, got{};
    const auto statistics = [](const Vector3& x) {
      return std::array<double, 6>{x[0], x[1], x[2], x[0] * x[1], x[2] * x[2], dot(x, x)};
    };
    for (const Vector3& x : grid.points) {
      const double weight = std::exp(-energy(x));
      sum += weight;
      for (std::size_t k = 0; k < 6; ++k) {
        moments[k] += weight * statistics(x)[k];
        squares[k] += weight * std::pow(statistics(x)[k], 2);
      }
    }
    for (std::int64_t o = 0; o < kObjects; ++o) {
      const Vector3 x{scene.normals.at(o, 3 * i), scene.normals.at(o, 3 * i + 1), scene.normals.at(o, 3 * i + 2)};
      for (std::size_t k = 0; k < 6; ++k) got[k] += statistics(x)[k] / double(kObjects);
    }
    for (std::size_t k = 0; k < 6; ++k) {
      const double want = moments[k] / sum, variance = squares[k] / sum - want * want;
      EXPECT_NEAR(got[k], want, 4.5 * std::sqrt(variance / double(kObjects))) << "pixel " << i << ", statistic " << k;
    }
  }
}

TEST(Lambert, RefusesWhatHasNoLaw) {
  const auto message = [](auto&& call) {
    try {
      call();
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(message([] { require_lambert({.noise = 0}); }), "lambertian: the noise has to be positive, got 0");
  EXPECT_EQ(message([] { require_lambert({.stiffness = -1}); }),
            "lambertian: the stiffness of the normals' length has to be 0 or more, got -1");
  EXPECT_EQ(message([] {
              require_lambert({.light_precision = {{1, 2, 1, 0, 0, 1}}});
            }),
            "lambertian: the precision of the light is not positive definite");
  GoldenScene golden;
  golden.pictures.value.set(1, 0, std::nan(""));
  EXPECT_EQ(message([&] { require_pictures(golden.pictures); }),
            "lambertian: picture 1, pixel 0: expected a finite number, got nan");
  golden.pictures.images = 3;
  EXPECT_EQ(message([&] { require_pictures(golden.pictures); }),
            "lambertian: 2 pictures are no whole objects of 3 images");
}

}  // namespace
}  // namespace deepboltz::testing
