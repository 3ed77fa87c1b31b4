#include "deepboltz/system/lambertian/normal_moves.h"

#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kMomentum, kAccept, kStep };

}  // namespace

NormalEnergy normal_energy(const Lambert& lambert, const Pictures& pictures, const UnitLaw& law, const Scene& scene,
                           std::int64_t object, std::int64_t pixel) {
  const double weight = 1 / (lambert.noise * lambert.noise);
  NormalEnergy energy{.stiffness = lambert.stiffness};
  visit_real(scene.albedo.dtype(), [&](auto real) {
    using Real = decltype(real);
    constexpr std::array<std::size_t, 3> kDiagonal{0, 2, 5};
    for (std::size_t k = 0; k < 3; ++k) {
      const std::int64_t unit = 3 * pixel + std::int64_t(k);
      const double deviation = law.deviation[std::size_t(unit)];
      const double precision = 1 / (deviation * deviation), mean = double(law.mean.as<Real>()(object, unit));
      energy.quadratic.entry[kDiagonal[k]] += precision;
      energy.linear[k] += precision * mean;
      energy.constant += precision * mean * mean / 2;
    }
    const double albedo = double(scene.albedo.as<Real>()(object, pixel));
    for (std::int64_t image = object * pictures.images; image < (object + 1) * pictures.images; ++image) {
      if (pictures.observed.as<std::uint8_t>()(image, pixel) == 0) continue;
      const Real* l = scene.lights.as<Real>().row(image);
      const Vector3 light{double(l[0]), double(l[1]), double(l[2])};
      const double value = double(pictures.value.as<Real>()(image, pixel));
      energy.quadratic.add_outer(weight * albedo * albedo, light);
      for (std::size_t k = 0; k < 3; ++k) energy.linear[k] += weight * albedo * value * light[k];
      energy.constant += weight * value * value / 2;
    }
  });
  return energy;
}

void leapfrog(const NormalEnergy& energy, double step, int steps, Vector3& position, Vector3& momentum) {
  const auto push = [&](double by) {
    const Vector3 slope = energy.gradient(position);
    for (std::size_t k = 0; k < 3; ++k) momentum[k] -= by * slope[k];
  };
  push(step / 2);
  for (int s = 0; s < steps; ++s) {
    for (std::size_t k = 0; k < 3; ++k) position[k] += step * momentum[k];
    push(s + 1 < steps ? step : step / 2);
  }
}

void NormalSteps::adapt() {
  constexpr double kLonger = 1.1, kShorter = 0.8, kMost = 0.80, kLeast = 0.65;
  for (std::size_t o = 0; o < step.size(); ++o) {
    if (accepted[o] > kMost) step[o] *= kLonger;
    if (accepted[o] < kLeast) step[o] *= kShorter;
  }
}

void move_normals(Context& ctx, const Lambert& lambert, const Pictures& pictures, const UnitLaw& law, Key key,
                  NormalSteps& steps, Scene& scene) {
  DEEPBOLTZ_ASSERT(std::int64_t(steps.step.size()) == pictures.objects());
  const Key pushed = key.fold(kMomentum), decided = key.fold(kAccept), jittered = key.fold(kStep);
  visit_real(scene.albedo.dtype(), [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, pictures.objects(), 16 * pictures.pixels() * steps.leapfrogs, [&](std::int64_t object) {
      const auto row = std::uint32_t(scene.first_object + object);
      std::int64_t accepted = 0;
      for (std::int64_t i = 0; i < pictures.pixels(); ++i) {
        const NormalEnergy energy = normal_energy(lambert, pictures, law, scene, object, i);
        Real* n = scene.normals.as<Real>().row(object) + 3 * i;
        Vector3 position{double(n[0]), double(n[1]), double(n[2])}, momentum;
        for (std::size_t k = 0; k < 3; ++k) momentum[k] = normal(pushed, row, std::uint32_t(3 * i) + std::uint32_t(k));
        const double before = energy(position) + dot(momentum, momentum) / 2;
        const double share = (1 + double(uniform(jittered, row, std::uint32_t(i)))) / 2;
        leapfrog(energy, share * steps.step[std::size_t(object)], steps.leapfrogs, position, momentum);
        const double after = energy(position) + dot(momentum, momentum) / 2;
        // Of a trajectory that has left all bounds, `after` is no number: the comparison is false, the normal stays.
        if (!(double(uniform(decided, row, std::uint32_t(i))) < std::exp(before - after))) continue;
        for (std::size_t k = 0; k < 3; ++k) n[k] = Real(position[k]);
        ++accepted;
      }
      steps.accepted[std::size_t(object)] = double(accepted) / double(pictures.pixels());
    });
  });
}

}  // namespace deepboltz
