#include "deepboltz/system/robust/gate.h"

#include <cmath>
#include <numbers>

#include "deepboltz/base/error.h"

namespace deepboltz {

void require_gate(const Gate& gate) {
  const bool competing = gate.kind == Gate::Kind::competing;
  for (const Tensor* row : {&gate.precision, &gate.mean})
    require(row->rows() == 1 && row->cols() == gate.pixels(), "gate: expected a row of {} pixels, got {} × {}",
            gate.pixels(), row->rows(), row->cols());
  for (std::int64_t i = 0; i < gate.pixels(); ++i) {
    const double strength = gate.strength.at(0, i), precision = gate.precision.at(0, i);
    require(std::isfinite(strength) && (competing ? strength > 0 : strength >= 0),
            "gate: pixel {}: expected a strength γ² {} 0, got {}", i, competing ? ">" : "≥", strength);
    require(std::isfinite(precision) && precision > 0, "gate: pixel {}: expected a precision λ > 0, got {}", i,
            precision);
    require(std::isfinite(gate.mean.at(0, i)), "gate: pixel {}: expected a mean b, got {}", i, gate.mean.at(0, i));
  }
}

Gate uniform_gate(Gate::Kind kind, DType precision, std::int64_t pixels, double strength, double noise_precision,
                  double noise_mean) {
  Gate gate{kind, Tensor(precision, 1, pixels), Tensor(precision, 1, pixels), Tensor(precision, 1, pixels)};
  for (std::int64_t i = 0; i < pixels; ++i) {
    gate.strength.set(0, i, strength);
    gate.precision.set(0, i, noise_precision);
    gate.mean.set(0, i, noise_mean);
  }
  require_gate(gate);
  return gate;
}

PixelGate pixel_gate(const Gate& gate, std::int64_t pixel) {
  const double strength = gate.strength.at(0, pixel), lambda = gate.precision.at(0, pixel),
               mean = gate.mean.at(0, pixel);
  Quadratic noise{lambda, lambda * mean, -lambda * mean * mean / 2};
  if (gate.kind == Gate::Kind::product) return {strength, noise, noise};
  const auto log_normaliser = [](double precision) { return std::log(precision / (2 * std::numbers::pi)) / 2; };
  noise.c += log_normaliser(lambda);
  return {strength, noise, {0, 0, log_normaliser(strength)}};
}

}  // namespace deepboltz
