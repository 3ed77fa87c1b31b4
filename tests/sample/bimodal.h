// A machine of two modes that a sweep of Gibbs sampling does not cross, with exact answers: a layer of ten spins and
// one of ten, all of them coupled alike, and a field that prefers one mode. Given the magnetisation M = Σ v the hidden
// spins sum out to 10·log 2cosh(wM).
#pragma once

#include <cmath>

#include "deepboltz/model/energy_model.h"

namespace deepboltz::testing {

struct Bimodal {
  static constexpr int kSpins = 10;
  double coupling = 0.31, field = 0.03;

  EnergyModel model(double strength = 1) const {
    EnergyModel machine(DType::f64);
    const LayerId v = machine.add("v", Spin{}, kSpins, Role::visible), h = machine.add("h", Spin{}, kSpins);
    machine.connect(v, h);
    for (int i = 0; i < kSpins; ++i) {
      machine.layer(v).bias.set(0, i, strength * field);
      for (int j = 0; j < kSpins; ++j) machine.connections()[0].weight.set(i, j, strength * coupling);
    }
    return machine;
  }

  // log of the weight of all states with `up` visible spins of 1.
  double log_weight(int up) const {
    const double m = 2 * up - kSpins;
    return std::lgamma(kSpins + 1.0) - std::lgamma(up + 1.0) - std::lgamma(kSpins - up + 1.0) + field * m +
           kSpins * std::log(2 * std::cosh(coupling * m));
  }
  // Of the path to independent fair spins.
  double log_z(double beta) const {
    const Bimodal weaker{beta * coupling, beta * field};
    double sum = 0;
    for (int up = 0; up <= kSpins; ++up) sum += std::exp(weaker.log_weight(up));
    return std::log(sum);
  }
  // How far the least likely magnetisation in between lies below the lower mode, in nats.
  double barrier() const {
    double lowest = INFINITY;
    for (int up = 1; up < kSpins; ++up) lowest = std::min(lowest, log_weight(up));
    return std::min(log_weight(0), log_weight(kSpins)) - lowest;
  }
  double share_above() const {  // P(M > 0)
    double above = 0, all = 0;
    for (int up = 0; up <= kSpins; ++up) {
      all += std::exp(log_weight(up));
      if (2 * up > kSpins) above += std::exp(log_weight(up));
    }
    return above / all;
  }

  // All chains in the mode that is not preferred.
  static void start_below(State& chains) {
    for (Tensor& x : chains.layers)
      for (std::int64_t r = 0; r < x.rows(); ++r)
        for (std::int64_t u = 0; u < x.cols(); ++u) x.set(r, u, -1);
  }
  static double share_above(const State& chains) {
    double above = 0;
    for (std::int64_t r = 0; r < chains.cases; ++r) {
      double m = 0;
      for (int i = 0; i < kSpins; ++i) m += chains.layers[0].at(r, i);
      above += m > 0;
    }
    return above / double(chains.cases);
  }
};

}  // namespace deepboltz::testing
