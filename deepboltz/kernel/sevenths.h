// Means of binary units as they enter statistics on integers: k of 7, rounded by chance so that k/7 has the mean p for
// its expectation.
//
//   k = ⌊7p + u⌋,  u uniform on [0, 1)
//
// in steps of 2⁻¹⁶: p is a steps (exact_logistic.h), u the 16 bits of draw_upper() with key.fold(2). Its variance is at
// most 1/(4·49), of a draw 1/4; three bits a unit, in planes whose format is that of Bits: plane b has bit b of every
// k.
#pragma once

#include <array>

#include "deepboltz/kernel/bernoulli_draw.h"
#include "deepboltz/kernel/bits.h"
#include "deepboltz/kernel/exact_logistic.h"

namespace deepboltz {

class Sevenths {
 public:
  static constexpr int kPlanes = 3, kWhole = 7;

  Sevenths() = default;
  Sevenths(std::int64_t capacity, std::int64_t units)
      : planes_{Bits(capacity, units), Bits(capacity, units), Bits(capacity, units)} {}

  std::int64_t cases() const { return planes_[0].cases(); }
  std::int64_t units() const { return planes_[0].units(); }
  std::int64_t words() const { return planes_[0].words(); }  // of a row of a plane
  void set_cases(std::int64_t cases) {
    for (Bits& plane : planes_) plane.set_cases(cases);
  }
  Bits& plane(int b) { return planes_[std::size_t(b)]; }
  const Bits& plane(int b) const { return planes_[std::size_t(b)]; }

  int at(std::int64_t r, std::int64_t unit) const {
    return plane(0).at(r, unit) + 2 * plane(1).at(r, unit) + 4 * plane(2).at(r, unit);
  }
  // For a unit that is zero yet.
  void set(std::int64_t r, std::int64_t unit, int k) {
    for (int b = 0; b < kPlanes; ++b) plane(b).row(r)[unit / 32] |= std::uint32_t(k >> b & 1) << (unit % 32);
  }

 private:
  std::array<Bits, kPlanes> planes_;
};

inline constexpr int kSeventhsBits = 16;  // of p and u

// k of a unit with field s·step.    step: a power of two
inline int round_to_sevenths(std::int32_t s, float step, Key key, std::uint32_t row, std::uint32_t unit) {
  const std::int32_t p = in_steps(exact_logistic(float(s) * step), kSeventhsBits);
  return (Sevenths::kWhole * p + std::int32_t(draw_upper(key.fold(2), row, unit))) >> kSeventhsBits;
}

}  // namespace deepboltz
