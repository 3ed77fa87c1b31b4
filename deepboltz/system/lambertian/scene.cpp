#include "deepboltz/system/lambertian/scene.h"

#include <numbers>

#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

template <class Real> Vector3 vector_at(const Real* row, std::int64_t pixel) {
  return {double(row[3 * pixel]), double(row[3 * pixel + 1]), double(row[3 * pixel + 2])};
}

// The law of an image's light: precision P, and P times its mean.
struct LightLaw {
  Symmetric3 precision;
  Vector3 field;
  double squares = 0;      // Σ v² of the observed pixels
  std::int64_t count = 0;  // of observed pixels
};

template <class Real>
LightLaw light_law(const Lambert& lambert, const Pictures& pictures, const Scene& scene, std::int64_t image) {
  const std::int64_t object = image / pictures.images;
  const Real* v = pictures.value.as<Real>().row(image);
  const std::uint8_t* observed = pictures.observed.as<std::uint8_t>().row(image);
  const Real* a = scene.albedo.as<Real>().row(object);
  const Real* n = scene.normals.as<Real>().row(object);
  const double weight = 1 / (lambert.noise * lambert.noise);
  LightLaw law{lambert.light_precision, lambert.light_precision.times(lambert.light_mean)};
  for (std::int64_t i = 0; i < pictures.pixels(); ++i) {
    if (observed[i] == 0) continue;
    const Vector3 normal = vector_at(n, i);
    const double albedo = double(a[i]), value = double(v[i]);
    law.precision.add_outer(weight * albedo * albedo, normal);
    for (std::size_t k = 0; k < 3; ++k) law.field[k] += weight * albedo * value * normal[k];
    law.squares += value * value;
    ++law.count;
  }
  return law;
}

}  // namespace

void require_lambert(const Lambert& lambert) {
  require(lambert.noise > 0 && std::isfinite(lambert.noise), "lambertian: the noise has to be positive, got {}",
          lambert.noise);
  require(lambert.stiffness >= 0 && std::isfinite(lambert.stiffness),
          "lambertian: the stiffness of the normals' length has to be 0 or more, got {}", lambert.stiffness);
  require(Factor3(lambert.light_precision).positive, "lambertian: the precision of the light is not positive definite");
}

void require_pictures(const Pictures& pictures) {
  require(pictures.images > 0 && pictures.value.rows() > 0, "lambertian: an object needs one image or more");
  require(pictures.value.rows() % pictures.images == 0, "lambertian: {} pictures are no whole objects of {} images",
          pictures.value.rows(), pictures.images);
  require(pictures.observed.rows() == pictures.value.rows() && pictures.observed.cols() == pictures.value.cols(),
          "lambertian: the pictures are {} × {}, their mask is {} × {}", pictures.value.rows(), pictures.value.cols(),
          pictures.observed.rows(), pictures.observed.cols());
  for (std::int64_t p = 0; p < pictures.value.rows(); ++p)
    for (std::int64_t i = 0; i < pictures.pixels(); ++i)
      require(pictures.observed.as<std::uint8_t>()(p, i) == 0 || std::isfinite(pictures.value.at(p, i)),
              "lambertian: picture {}, pixel {}: expected a finite number, got {}", p, i, pictures.value.at(p, i));
}

void draw_lights(Context& ctx, const Lambert& lambert, const Pictures& pictures, Key key, Scene& scene, Matrix mean) {
  visit_real(scene.albedo.dtype(), [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, pictures.value.rows(), 8 * pictures.pixels(), [&](std::int64_t image) {
      const LightLaw law = light_law<Real>(lambert, pictures, scene, image);
      const Factor3 factor(law.precision);
      const Vector3 centre = factor.solve(law.field);
      const auto row = std::uint32_t(scene.first_object * pictures.images + image);
      const Vector3 away = factor.up({normal(key, row, 0), normal(key, row, 1), normal(key, row, 2)});
      for (std::size_t k = 0; k < 3; ++k) {
        scene.lights.as<Real>()(image, std::int64_t(k)) = Real(centre[k] + away[k]);
        if (mean) mean.as<Real>()(image, std::int64_t(k)) = Real(centre[k]);
      }
    });
  });
}

void draw_albedo(Context& ctx, const Lambert& lambert, const Pictures& pictures, const UnitLaw& law, Key key,
                 Scene& scene, Matrix mean, Matrix variance) {
  const double weight = 1 / (lambert.noise * lambert.noise);
  visit_real(scene.albedo.dtype(), [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, pictures.objects(), 8 * pictures.pixels() * pictures.images, [&](std::int64_t object) {
      const Real* n = scene.normals.as<Real>().row(object);
      for (std::int64_t i = 0; i < pictures.pixels(); ++i) {
        const double deviation = law.deviation[std::size_t(i)];
        double precision = 1 / (deviation * deviation);
        double field = double(law.mean.as<Real>()(object, i)) * precision;
        for (std::int64_t image = object * pictures.images; image < (object + 1) * pictures.images; ++image) {
          if (pictures.observed.as<std::uint8_t>()(image, i) == 0) continue;
          const double shade = dot(vector_at(n, i), vector_at(scene.lights.as<Real>().row(image), 0));
          precision += weight * shade * shade;
          field += weight * shade * double(pictures.value.as<Real>()(image, i));
        }
        const auto row = std::uint32_t(scene.first_object + object);
        scene.albedo.as<Real>()(object, i) =
            Real(field / precision + normal(key, row, std::uint32_t(i)) / std::sqrt(precision));
        if (mean) mean.as<Real>()(object, i) = Real(field / precision);
        if (variance) variance.as<Real>()(object, i) = Real(1 / precision);
      }
    });
  });
}

void log_p_pictures(Context& ctx, const Lambert& lambert, const Pictures& pictures, const Scene& scene,
                    std::span<double> out) {
  // v = T ℓ + noise: the determinant and the inverse of T Λ⁻¹ Tᵀ + σ_v² I through P (Sylvester; Woodbury).
  const double variance = lambert.noise * lambert.noise;
  const Vector3 prior_field = lambert.light_precision.times(lambert.light_mean);
  visit_real(scene.albedo.dtype(), [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, pictures.value.rows(), 8 * pictures.pixels(), [&](std::int64_t image) {
      const LightLaw law = light_law<Real>(lambert, pictures, scene, image);
      const Factor3 factor(law.precision);
      const double square =
          law.squares / variance + dot(lambert.light_mean, prior_field) - dot(law.field, factor.solve(law.field));
      out[std::size_t(image)] = -(square + factor.log_det() - Factor3(lambert.light_precision).log_det() +
                                  double(law.count) * std::log(2 * std::numbers::pi * variance)) /
                                2;
    });
  });
}

void scene_energy(Context& ctx, const Lambert& lambert, const Pictures& pictures, const UnitLaw& albedo,
                  const UnitLaw& normals, const Scene& scene, std::span<double> out) {
  const double weight = 1 / (lambert.noise * lambert.noise);
  visit_real(scene.albedo.dtype(), [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, pictures.objects(), 8 * pictures.pixels() * pictures.images, [&](std::int64_t object) {
      double sum = 0;
      const Real* n = scene.normals.as<Real>().row(object);
      for (std::int64_t image = object * pictures.images; image < (object + 1) * pictures.images; ++image) {
        const Vector3 light = vector_at(scene.lights.as<Real>().row(image), 0);
        const Vector3 away{light[0] - lambert.light_mean[0], light[1] - lambert.light_mean[1],
                           light[2] - lambert.light_mean[2]};
        sum += dot(away, lambert.light_precision.times(away)) / 2;
        for (std::int64_t i = 0; i < pictures.pixels(); ++i) {
          if (pictures.observed.as<std::uint8_t>()(image, i) == 0) continue;
          const double rest = double(pictures.value.as<Real>()(image, i)) -
                              double(scene.albedo.as<Real>()(object, i)) * dot(vector_at(n, i), light);
          sum += weight * rest * rest / 2;
        }
      }
      const auto add = [&](const UnitLaw& law, const Tensor& x) {
        for (std::int64_t i = 0; i < x.cols(); ++i) {
          const double away = double(x.as<Real>()(object, i)) - double(law.mean.as<Real>()(object, i));
          const double deviation = law.deviation[std::size_t(i)];
          sum += away * away / (2 * deviation * deviation);
        }
      };
      add(albedo, scene.albedo);
      add(normals, scene.normals);
      for (std::int64_t i = 0; i < pictures.pixels(); ++i) {
        const Vector3 normal = vector_at(n, i);
        const double longer = dot(normal, normal) - 1;
        sum += lambert.stiffness * longer * longer / 2;
      }
      out[std::size_t(object)] = sum;
    });
  });
}

}  // namespace deepboltz
