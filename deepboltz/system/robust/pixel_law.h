// One pixel of a Robust Boltzmann machine: its clean value v, whether it is clear, s, and what is observed, ṽ. Given
// the fields of the three, at temperature β, they have the weight
//
//   exp[ −½v² + f_v·v + f_s·s − ½ṽ² + f_o·ṽ + β·(½ṽ² − ½γ²s(v − ṽ)² + q_s(ṽ)) ]
//
// with q_s of the gate. All that samplers and estimators need of it is exact: s with the real values integrated out,
// then v with ṽ integrated out, then ṽ; any of them may be known. At β = 0 they are independent, and every β has a
// normaliser.
#pragma once

#include <cmath>
#include <numbers>
#include <optional>

#include "deepboltz/system/robust/gate.h"

namespace deepboltz {

// What is observed at a pixel: as it is, and with the picture's gain and offset taken out (exposure.h), as a clear
// pixel shows it.
struct Seen {
  double raw, corrected;
  Seen(double x) : raw(x), corrected(x) {}  // NOLINT: without a correction
  Seen(double x, double by_exposure) : raw(x), corrected(by_exposure) {}
};

class PixelLaw {
 public:
  PixelLaw(const PixelGate& gate, double beta, double clean_field, double mask_field, double observed_field)
      : field_(clean_field),
        sides_{side(0, gate.covered, beta, 0, observed_field),
               side(beta * gate.strength, gate.clear, beta, mask_field, observed_field)} {}

  // log of the weight of that s, with what is not known of v and ṽ integrated out.
  double log_weight(int s, std::optional<double> v, std::optional<Seen> observed) const {
    const Side& of = sides_[s];
    const double free = std::log(2 * std::numbers::pi) / 2;
    if (observed) {
      const double raw = observed->raw, x = observed->corrected;
      const double alone = of.constant + of.linear * raw - of.own * raw * raw / 2 - of.gate * x * x / 2;
      if (v) return alone + field_ * *v - (1 + of.gate) * *v * *v / 2 + of.gate * *v * x;
      const double pull = field_ + of.gate * x;
      return alone + free + pull * pull / (2 * (1 + of.gate)) - std::log1p(of.gate) / 2;
    }
    if (v) {
      const double pull = of.linear + of.gate * *v;
      return of.constant + free + field_ * *v - (1 + of.gate) * *v * *v / 2 + pull * pull / (2 * (of.own + of.gate)) -
             std::log(of.own + of.gate) / 2;
    }
    const double quadratic =
        (of.own + of.gate) * field_ * field_ + 2 * of.gate * field_ * of.linear + (1 + of.gate) * of.linear * of.linear;
    return of.constant + 2 * free + quadratic / (2 * determinant(of)) - std::log(determinant(of)) / 2;
  }

  struct Normal {
    double mean, variance;
  };

  // v given s, with ṽ integrated out where it is not known.
  Normal clean(int s, std::optional<Seen> observed) const {
    const Side& of = sides_[s];
    if (observed) return {(field_ + of.gate * observed->corrected) / (1 + of.gate), 1 / (1 + of.gate)};
    const double variance = (of.own + of.gate) / determinant(of);
    return {field_ * variance + of.gate * of.linear / determinant(of), variance};
  }

  // ṽ given s and v.
  Normal observed(int s, double v) const {
    const Side& of = sides_[s];
    return {(of.linear + of.gate * v) / (of.own + of.gate), 1 / (of.own + of.gate)};
  }

 private:
  // −½(own + gate)ṽ² + linear·ṽ + gate·v·ṽ − ½(1 + gate)v² + field·v + constant
  struct Side {
    double gate, own, linear, constant;
  };

  static Side side(double strength, const Quadratic& q, double beta, double mask_field, double observed_field) {
    return {strength, 1 - beta + beta * q.a, observed_field + beta * q.b, beta * q.c + mask_field};
  }
  static double determinant(const Side& of) { return of.own * (1 + of.gate) + of.gate; }

  double field_;
  Side sides_[2];
};

}  // namespace deepboltz
