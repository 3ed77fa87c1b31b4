// Moves of the normals given pictures, albedo, lights and hidden layers, by Hamiltonian dynamics (Duane et al. 1987;
// Neal 2011) with unit masses. The pixels of an object are independent given the rest: each has a trajectory of three
// numbers and is accepted alone. The step is one number an object, hence no object depends on its neighbours.
//
// Each trajectory draws its step between half of the object's step and all of it. With a fixed step a normal whose
// period is twice the trajectory's time is only mirrored about its mean by every move (Mackenzie 1989): of 20,000
// normals, moments were off by 40 standard errors after 20 moves, and right after 200.
#pragma once

#include <vector>

#include "deepboltz/system/lambertian/scene.h"

namespace deepboltz {

// The energy of one pixel's normal: ½ xᵀAx − b·x + c of pictures and prior, and (η/2)(x·x − 1)².
struct NormalEnergy {
  Symmetric3 quadratic = {};
  Vector3 linear = {};
  double constant = 0, stiffness = 0;

  double operator()(const Vector3& x) const {
    const double longer = dot(x, x) - 1;
    return dot(x, quadratic.times(x)) / 2 - dot(linear, x) + constant + stiffness * longer * longer / 2;
  }
  Vector3 gradient(const Vector3& x) const {
    const Vector3 ax = quadratic.times(x);
    const double pull = 2 * stiffness * (dot(x, x) - 1);
    return {ax[0] - linear[0] + pull * x[0], ax[1] - linear[1] + pull * x[1], ax[2] - linear[2] + pull * x[2]};
  }
};

NormalEnergy normal_energy(const Lambert& lambert, const Pictures& pictures, const UnitLaw& law, const Scene& scene,
                           std::int64_t object, std::int64_t pixel);

// Moves position and momentum by `steps` leapfrog steps, half a step of the momentum first.
void leapfrog(const NormalEnergy& energy, double step, int steps, Vector3& position, Vector3& momentum);

struct NormalSteps {
  int leapfrogs = 20;
  std::vector<double> step = {};      // the longest, one an object
  std::vector<double> accepted = {};  // share of the last move's pixels, one an object

  NormalSteps(std::int64_t objects, double first_step)
      : step(std::size_t(objects), first_step), accepted(std::size_t(objects), 0.0) {}

  // Makes each object's step longer above 80 % accepted pixels and shorter below 65 %. Only while burning in: a step
  // that follows the chain would change what the chain converges to.
  void adapt();
};

// normals ← moved once by a transition that leaves their conditional as it is.
void move_normals(Context& ctx, const Lambert& lambert, const Pictures& pictures, const UnitLaw& law, Key key,
                  NormalSteps& steps, Scene& scene);

}  // namespace deepboltz
