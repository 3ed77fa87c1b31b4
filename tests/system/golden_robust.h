// The Robust Boltzmann machine of the golden vectors T1, in the unit of the clean layer's states: x = v/σ.
#pragma once

#include <array>
#include <cmath>

#include "deepboltz/base/numeric.h"
#include "deepboltz/model/build.h"
#include "deepboltz/system/robust/robust_machine.h"

namespace deepboltz::testing {

inline constexpr double kVariance[2] = {.25, .5};
inline constexpr double kObserved[2] = {.9, -.4};

struct RobustGolden {
  EnergyModel face, mask;
  Gate gate;
};

inline RobustGolden golden_robust(Gate::Kind kind, DType precision = DType::f64) {
  const double w[2][2] = {{.4, -.3}, {.2, .5}}, b[2] = {.1, -.2}, c[2] = {.1, -.2};
  const double u[2][2] = {{.3, -.6}, {.7, .1}}, d[2] = {1, .5}, e[2] = {-.1, .3};
  const double strength[2] = {5, 2}, lambda[2] = {1.2, .8}, noise[2] = {.15, -.05};
  RobustGolden golden{rbm(2, 2, {.precision = precision, .visible = Gaussian{}}), rbm(2, 2, {.precision = precision}),
                      uniform_gate(kind, precision, 2, 1, 1, 0)};
  for (int i = 0; i < 2; ++i) {
    const double deviation = std::sqrt(kVariance[i]);
    golden.face.layers()[0].bias.set(0, i, b[i] / deviation);
    golden.face.layers()[1].bias.set(0, i, c[i]);
    golden.mask.layers()[0].bias.set(0, i, d[i]);
    golden.mask.layers()[1].bias.set(0, i, e[i]);
    for (int j = 0; j < 2; ++j) {
      golden.face.connections()[0].weight.set(i, j, deviation * w[i][j]);
      golden.mask.connections()[0].weight.set(i, j, u[i][j]);
    }
    golden.gate.strength.set(0, i, strength[i]);
    golden.gate.precision.set(0, i, lambda[i] * kVariance[i]);
    golden.gate.mean.set(0, i, noise[i] / deviation);
  }
  return golden;
}

// What the spec's energy has more than the machine's: Σ b²/(2σ²).
inline double golden_constant() { return .01 / .5 + .04 / 1.0; }
// log dv/dx of both pixels.
inline double golden_log_scale() { return (std::log(kVariance[0]) + std::log(kVariance[1])) / 2; }

// All states of the hidden layers, one a case; the others are zero.
inline State hidden_states(Context& ctx, const RobustMachine& machine) {
  std::vector<LayerId> hidden;
  std::int64_t bits = 0;
  for (LayerId id : machine.ids())
    if (machine.block(id) != machine.block(machine.clean())) {
      hidden.push_back(id);
      bits += machine.variable(id).units;
    }
  State state = machine.make_state(ctx, std::int64_t(1) << bits);
  for (std::int64_t r = 0; r < state.cases; ++r) {
    std::int64_t bit = 0;
    for (LayerId id : hidden)
      for (std::int64_t j = 0; j < machine.variable(id).units; ++j)
        state.layers[std::size_t(id.index)].set(r, j, double((r >> bit++) & 1));
  }
  return state;
}

// The same with the observed layer clamped at that row of `observed` (cases, pixels).
inline State hidden_states_given(Context& ctx, const RobustMachine& machine, ConstMatrix observed, std::int64_t row) {
  State state = hidden_states(ctx, machine);
  for (std::int64_t r = 0; r < state.cases; ++r)
    visit_real(observed.dtype, [&](auto real) {
      for (std::int64_t i = 0; i < machine.pixels(); ++i)
        state.layers[std::size_t(machine.observed().index)].set(r, i, double(observed.as<decltype(real)>()(row, i)));
    });
  state.clamp(machine.observed());
  return state;
}

// What is observed in T1, as a state.    (1, 2)
inline Tensor golden_observed(DType precision) {
  Tensor x(precision, 1, 2);
  for (int i = 0; i < 2; ++i) x.set(0, i, kObserved[i] / std::sqrt(kVariance[i]));
  return x;
}

inline double log_sum(const std::vector<double>& x) { return log_sum_exp(std::span<const double>(x)); }

}  // namespace deepboltz::testing
