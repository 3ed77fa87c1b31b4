// Photometric stereo (Woodham 1980) and the renderer. Under known lights a pixel's b = a·n is linear in its values:
//
//   min Σ_p (v_p − b·ℓ_p)²/σ² + |b − β|²/τ²,   a = |b|,   n = b/|b|
//
// A flat prior, 1/τ² = 0, is plain least squares. The renderer has attached shadows: v = max(0, a n·ℓ).
#pragma once

#include <optional>

#include "deepboltz/system/lambertian/scene.h"

namespace deepboltz {

struct StereoPrior {
  Vector3 mean{0, 0, 0};  // β
  double weight = 0;      // σ²/τ²: the ridge
};

// b of one pixel from its values and lights. nullopt: fewer than three independent lights and a flat prior.
std::optional<Vector3> pseudo_normal(std::span<const double> values, std::span<const Vector3> lights,
                                     const StereoPrior& prior = {});

// albedo and normals of every object from pictures under known lights, scene.lights. A pixel without a solution gets
// albedo 0 and the normal (0, 0, 1). Returns how many there are.
std::int64_t photometric_stereo(Context& ctx, const Pictures& pictures, const StereoPrior& prior, Scene& scene);

// out ← the objects' pictures under scene.lights, with attached shadows.    (objects·images, pixels)
void render(Context& ctx, const Scene& scene, Matrix out);

// A direction by the angles of Yale B, in degrees: azimuth positive to the picture's right, elevation upwards.
Vector3 light_direction(double azimuth, double elevation);

}  // namespace deepboltz
