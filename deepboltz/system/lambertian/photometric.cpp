#include "deepboltz/system/lambertian/photometric.h"

#include <algorithm>
#include <numbers>
#include <vector>

#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {

std::optional<Vector3> pseudo_normal(std::span<const double> values, std::span<const Vector3> lights,
                                     const StereoPrior& prior) {
  // Of three lights in a plane the determinant is 0 but for rounding: 1e-12 of its greatest possible value, (tr/3)³.
  constexpr double kSingular = 1e-12;
  Symmetric3 precision = Symmetric3::diagonal(prior.weight);
  Vector3 field;
  for (std::size_t k = 0; k < 3; ++k) field[k] = prior.weight * prior.mean[k];
  for (std::size_t p = 0; p < values.size(); ++p) {
    precision.add_outer(1, lights[p]);
    for (std::size_t k = 0; k < 3; ++k) field[k] += values[p] * lights[p][k];
  }
  const Factor3 factor(precision);
  const double third = (precision.entry[0] + precision.entry[2] + precision.entry[5]) / 3;
  if (!factor.positive || factor.log_det() < std::log(kSingular) + 3 * std::log(third)) return std::nullopt;
  return factor.solve(field);
}

std::int64_t photometric_stereo(Context& ctx, const Pictures& pictures, const StereoPrior& prior, Scene& scene) {
  std::vector<std::int64_t> unsolved(std::size_t(pictures.objects()), 0);
  visit_real(scene.albedo.dtype(), [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, pictures.objects(), 16 * pictures.pixels() * pictures.images, [&](std::int64_t object) {
      std::vector<double> values;
      std::vector<Vector3> lights;
      for (std::int64_t i = 0; i < pictures.pixels(); ++i) {
        values.clear();
        lights.clear();
        for (std::int64_t image = object * pictures.images; image < (object + 1) * pictures.images; ++image) {
          if (pictures.observed.as<std::uint8_t>()(image, i) == 0) continue;
          const Real* l = scene.lights.as<Real>().row(image);
          values.push_back(double(pictures.value.as<Real>()(image, i)));
          lights.push_back({double(l[0]), double(l[1]), double(l[2])});
        }
        const std::optional<Vector3> found = pseudo_normal(values, lights, prior);
        const double albedo = found ? norm(*found) : 0;
        if (!found) ++unsolved[std::size_t(object)];
        scene.albedo.as<Real>()(object, i) = Real(albedo);
        for (std::size_t k = 0; k < 3; ++k)
          scene.normals.as<Real>()(object, 3 * i + std::int64_t(k)) =
              Real(albedo > 0 ? (*found)[k] / albedo : (k == 2 ? 1 : 0));
      }
    });
  });
  std::int64_t all = 0;
  for (std::int64_t count : unsolved) all += count;
  return all;
}

void render(Context& ctx, const Scene& scene, Matrix out) {
  const std::int64_t images = scene.lights.rows() / scene.albedo.rows();
  visit_real(scene.albedo.dtype(), [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, out.rows, 4 * out.cols, [&](std::int64_t image) {
      const Real* l = scene.lights.as<Real>().row(image);
      const Real* n = scene.normals.as<Real>().row(image / images);
      for (std::int64_t i = 0; i < out.cols; ++i) {
        const double shade =
            double(n[3 * i]) * double(l[0]) + double(n[3 * i + 1]) * double(l[1]) + double(n[3 * i + 2]) * double(l[2]);
        out.as<Real>()(image, i) = Real(std::max(0.0, double(scene.albedo.as<Real>()(image / images, i)) * shade));
      }
    });
  });
}

Vector3 light_direction(double azimuth, double elevation) {
  const double a = azimuth * std::numbers::pi / 180, e = elevation * std::numbers::pi / 180;
  return {std::sin(a) * std::cos(e), std::sin(e), std::cos(a) * std::cos(e)};
}

}  // namespace deepboltz
