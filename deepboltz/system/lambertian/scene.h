// What a picture under a light is made of (Tang, Salakhutdinov & Hinton 2012, Deep Lambertian networks):
//
//   v_pi ~ N(a_i n_i·ℓ_p, σ_v²)     pixel i of image p of one object
//   ℓ_p  ~ N(m, Λ⁻¹)                the light; its length is the intensity
//   a_i  ~ N(α_i, σ_a²)             the albedo, given the hidden layers of its prior
//   n_i  ∝ N(ν_i, σ_n² I) exp(−(η/2)(n_i·n_i − 1)²)    the normal, given the hidden layers of its prior
//
// Rows are objects. The images of an object share albedo and normals; each image has a light of its own. Light, albedo
// and hidden layers have exact conditionals; normals move by Hamiltonian dynamics (normal_moves.h). No object reads
// another one. Attached shadows are in the renderer only (photometric.h): max(0, ·) would end the closed forms.
#pragma once

#include <span>

#include "deepboltz/rng/key.h"
#include "deepboltz/system/lambertian/vector3.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

struct Lambert {
  double noise = 0.05;  // σ_v
  Vector3 light_mean{0, 0, 1};
  Symmetric3 light_precision = Symmetric3::diagonal(1);
  double stiffness = 100;  // η
};

// InputError unless σ_v > 0, η ≥ 0 and Λ is positive definite.
void require_lambert(const Lambert& lambert);

// Image p of object o is row o·images + p. A pixel that is not observed counts for nothing: a shadow, or all pixels of
// an image that an object does not have.
struct Pictures {
  Tensor value;     // (objects·images, pixels)
  Tensor observed;  // (objects·images, pixels) u8, nonzero where observed
  std::int64_t images = 1;

  std::int64_t objects() const { return value.rows() / images; }
  std::int64_t pixels() const { return value.cols(); }
};

// InputError: no image, another number of rows than objects × images, numbers that are not finite where observed.
void require_pictures(const Pictures& pictures);

struct Scene {
  Tensor albedo;                  // (objects, pixels)
  Tensor normals;                 // (objects, 3·pixels): x, y, z of a pixel beside each other
  Tensor lights;                  // (objects·images, 3)
  std::int64_t first_object = 0;  // global number of row 0: what its random numbers are addressed by

  Scene(DType precision, std::int64_t objects, std::int64_t images, std::int64_t pixels)
      : albedo(precision, objects, pixels),
        normals(precision, objects, 3 * pixels),
        lights(precision, objects * images, 3) {}
};

// A Gaussian law of every unit given the hidden layers above it.
struct UnitLaw {
  ConstMatrix mean;                   // (objects, units), in the scene's number type
  std::span<const double> deviation;  // (units)
};

// lights ← drawn given pictures, albedo and normals; mean, if not empty, ← their expectations (objects·images, 3).
void draw_lights(Context& ctx, const Lambert& lambert, const Pictures& pictures, Key key, Scene& scene,
                 Matrix mean = {});

// albedo ← drawn given pictures, normals and lights; mean, variance, if not empty, ← (objects, pixels).
void draw_albedo(Context& ctx, const Lambert& lambert, const Pictures& pictures, const UnitLaw& law, Key key,
                 Scene& scene, Matrix mean = {}, Matrix variance = {});

// out[image] ← log p(v_p | a, n) of the observed pixels, the light integrated out.
void log_p_pictures(Context& ctx, const Lambert& lambert, const Pictures& pictures, const Scene& scene,
                    std::span<double> out);

// out[object] ← E(v, ℓ, a, n) given the hidden layers.
void scene_energy(Context& ctx, const Lambert& lambert, const Pictures& pictures, const UnitLaw& albedo,
                  const UnitLaw& normals, const Scene& scene, std::span<double> out);

}  // namespace deepboltz
