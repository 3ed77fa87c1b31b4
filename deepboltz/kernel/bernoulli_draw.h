// The draw of a Bernoulli unit from an integer field, defined so that every processor draws the same.
//
// The field is x = s·2⁻ᵉ with an integer s. The likelier value is x ≥ 0; the unit takes the other one where
//
//   u < ⌊2³² / (1 + e^|x|)⌋        u: 32 uniform bits
//
// so that P(x = 1) is the logistic to within 2⁻³² (|x| up to 22; beyond, the rarer value no longer comes). The upper
// half of u decides all but one draw in some thousands, therefore two units share a word of Philox for it, and the
// lower half is only looked up where the upper ties.
//
// Everything here is additions and products of doubles, each rounded as IEEE 754 says: the same bits everywhere.
#pragma once

#include <cmath>
#include <cstdint>

#include "deepboltz/rng/draw.h"

namespace deepboltz {

// e⁻ᵃ, 0 ≤ a ≤ 32, relative error below 1e-13. log 2 in two parts after Cody & Waite (1980); Taylor's series on
// |r| ≤ ½ log 2.
inline double exp_of_minus(double a) {
  constexpr double kLog2High = 0x1.62e42fee00000p-1, kLog2Low = 0x1.a39ef35793c76p-33;
  const double n = std::floor(a * 1.4426950408889634 + 0.5);
  const double r = n * kLog2High - a + n * kLog2Low;
  double sum = 1;
  for (int k = 12; k >= 1; --k) sum = 1 + sum * r / k;
  return std::ldexp(sum, -int(n));
}

// ⌊2³²/(1 + e^|x|)⌋
inline std::uint32_t flip_threshold(double x) {
  const double a = std::abs(x);
  if (a >= 32) return 0;
  const double e = exp_of_minus(a);
  return std::uint32_t(0x1p32 * (e / (1 + e)));
}

// 16 uniform bits of (key, row, unit): two units a word, the even one below.
constexpr std::uint32_t draw_upper(Key key, std::uint32_t row, std::uint32_t unit) {
  return random_word(key, row, unit / 2) >> (16 * (unit % 2)) & 0xFFFFu;
}
// The 16 behind them.
constexpr std::uint32_t draw_lower(Key key, std::uint32_t row, std::uint32_t unit) {
  return random_word(key.fold(1), row, unit) & 0xFFFFu;
}

inline bool draw_bernoulli(std::int32_t s, int exponent, Key key, std::uint32_t row, std::uint32_t unit) {
  const std::uint32_t threshold = flip_threshold(std::ldexp(double(s), -exponent));
  const std::uint32_t u = draw_upper(key, row, unit) << 16 | draw_lower(key, row, unit);
  return (s >= 0) != (u < threshold);
}

}  // namespace deepboltz
