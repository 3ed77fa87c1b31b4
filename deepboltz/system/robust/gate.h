// How an observed pixel comes from a clean one, in the unit of measurement of the clean layer's states:
//
//   product      E = ½γ²s(v − ṽ)² + ½λ(ṽ − b)²     multiplied into the clean machine's and the mask's
//   competing    p(ṽ | v, s = 1) = N(v, 1/γ²)      p(ṽ | s = 0) = N(b, 1/λ)
//
// s = 1: the pixel is seen as it is. The product is Tang, Salakhutdinov & Hinton (2012), eq. 5. Its noise term is there
// for clear pixels, too, and takes ½log(1 + γ²) from their log-odds; where noise competes, the mask's field is the
// log-odds of a clear pixel, and log p(ṽ) needs no joint log Z (docs/models/robust.md).
#pragma once

#include <string_view>

#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

struct Gate {
  enum class Kind : std::uint8_t { product, competing };

  Kind kind = Kind::product;
  Tensor strength;   // (1, pixels): γ² ≥ 0, of a competing gate > 0
  Tensor precision;  // (1, pixels): λ > 0
  Tensor mean;       // (1, pixels): b

  std::int64_t pixels() const { return strength.cols(); }
  Gate clone() const { return {kind, strength.clone(), precision.clone(), mean.clone()}; }
};

// InputError, naming the first pixel, where a number is out of its range.
void require_gate(const Gate& gate);

// A gate of that many equal pixels.
Gate uniform_gate(Gate::Kind kind, DType precision, std::int64_t pixels, double strength, double noise_precision,
                  double noise_mean);

// −½a·ṽ² + b·ṽ + c
struct Quadratic {
  double a, b, c;
  double operator()(double x) const { return -a * x * x / 2 + b * x + c; }
};

// log of the gate's factor: −½·strength·s(v − ṽ)² + (s ? clear : covered)(ṽ).
struct PixelGate {
  double strength;
  Quadratic covered, clear;
};

PixelGate pixel_gate(const Gate& gate, std::int64_t pixel);

}  // namespace deepboltz
