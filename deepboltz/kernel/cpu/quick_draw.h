// The draw of bernoulli_draw.h by the upper half of its uniforms, in 16-bit integers, with a word on whether that
// decides.
//
// With E = e^−|x|, a unit takes the rarer value where u·(1 + E) < E. In units of 2⁻¹⁶: E = 2^−T, T in steps of 2⁻¹², 16
// and more as 16; 2^−f of T's fraction f is a cubic through Chebyshev's nodes, whose constants were then moved to the
// least error in these integers. The two sides are right to within kDoubt; a closer call is made again, exactly.
//
// Here for one unit; cpu/integer_products_simd.cpp does the same in vectors. tests/kernel/bernoulli_draw_test.cpp goes
// through all T.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace deepboltz::quick {

inline constexpr std::uint16_t kCubic[4] = {65528, 45302, 15122, 2588};
inline constexpr std::uint16_t kDoubt = 8;

// |s|·to_log2 = T
inline float to_log2(int exponent) {
  constexpr double kLog2E = 1.4426950408889634, kSteps = 4096;
  return float(std::ldexp(kLog2E * kSteps, -exponent));
}

// T to the nearest: a float of 2²³ and more has its units in the lowest bits.
inline std::uint16_t log2_odds(std::int32_t s, float to_log2) {
  const float t = std::min(std::abs(float(s)) * to_log2, 65535.0f) + 0x1p23f;
  return std::uint16_t(std::bit_cast<std::uint32_t>(t));
}

// The two sides' difference: above kDoubt the rarer value, below −kDoubt the likelier one.
inline int margin(std::uint16_t t, std::uint16_t u) {
  const auto high = [](std::uint32_t a, std::uint32_t b) { return std::uint16_t(a * b >> 16); };
  const auto f = std::uint16_t(t << 4);
  auto e = std::uint16_t(kCubic[2] - high(f, kCubic[3]));
  e = std::uint16_t(kCubic[1] - high(f, e));
  e = std::uint16_t(kCubic[0] - high(f, e));
  e = std::uint16_t(e >> (t >> 12));
  return int(e) - std::min(65535, int(u) + int(high(u, e)));
}

}  // namespace deepboltz::quick
