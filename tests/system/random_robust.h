// Random small Robust Boltzmann machines: one or two hidden layers above the face, either gate.
#pragma once

#include "tests/model/random_graph.h"

#include "deepboltz/model/build.h"
#include "deepboltz/system/robust/robust_machine.h"

namespace deepboltz::testing {

inline constexpr int kRobustMachines = 24;  // that a law is held to

struct RandomRobust {
  EnergyModel face, mask;
  Gate gate;
  Key key;

  explicit RandomRobust(int number) : face(DType::f64), mask(DType::f64), key(Key{77}.fold(std::uint64_t(number))) {
    const std::int64_t pixels = 1 + number / 2 % 2;
    face.add("visible", Gaussian{}, pixels, Role::visible);
    face.add("hidden1", Bernoulli{}, 1 + pick(key, 1, 2));
    face.connect({0}, {1});
    if (number % 3 == 0) face.connect({1}, face.add("hidden2", Bernoulli{}, 2));
    mask = rbm(pixels, 1 + pick(key, 2, 2), {.precision = DType::f64});
    randomise(face, .8, key.fold(3));
    randomise(mask, .8, key.fold(4));
    gate = uniform_gate(number % 2 ? Gate::Kind::product : Gate::Kind::competing, DType::f64, pixels, 1, 1, 0);
    for (std::int64_t i = 0; i < pixels; ++i) {
      const auto at = std::uint32_t(i);
      gate.strength.set(0, i, 4 * double(uniform(key.fold(5), 0, at)) + .1);
      gate.precision.set(0, i, 2 * double(uniform(key.fold(6), 0, at)) + .4);
      gate.mean.set(0, i, normal(key.fold(7), 0, at) / 2);
    }
  }
  RobustMachine machine() const { return {face, mask, gate.clone()}; }
};

}  // namespace deepboltz::testing
