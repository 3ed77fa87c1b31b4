// The logistic, defined so that every processor finds the same float: additions, products and one division, each
// rounded as IEEE 754 says, in the order written here. Absolute error below 1e-6. cpu/exact_logistic-inl.h is the same
// in vectors.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace deepboltz {

namespace exact_logistic_constants {
// eʳ = 1 + r + r²·q(r) on |r| ≤ ½ log 2, log 2 in two parts (Cody & Waite 1980); q by interpolation at Chebyshev's
// nodes.
inline constexpr float kLog2e = 1.44269504f, kLog2High = 0.693359375f, kLog2Low = -2.12194440e-4f;
inline constexpr float kQ[] = {0.5f, 0.166665769f, 0.0416665545f, 0.00836319488f, 0.00139262034f};
inline constexpr float kFarOut = -87;  // below, eˣ counts as 0
}  // namespace exact_logistic_constants

inline float exact_logistic(float x) {
  using namespace exact_logistic_constants;
  const float a = -std::abs(x);
  float e = 0;
  if (a >= kFarOut) {
    const float n = std::nearbyint(a * kLog2e);
    const float r = (a - n * kLog2High) - n * kLog2Low;
    const float q = kQ[0] + r * (kQ[1] + r * (kQ[2] + r * (kQ[3] + r * kQ[4])));
    e = (1 + (r + r * r * q)) * std::bit_cast<float>((std::int32_t(n) + 127) << 23);
  }
  return (x < 0 ? e : 1.0f) / (1 + e);
}

// p·2ⁿ to the nearest, ties to even: a float of 1.5·2²³ and a little has its units in the lowest bits.    0 ≤ p·2ⁿ <
// 2²²
inline std::int32_t in_steps(float p, int bits) {
  constexpr float kUnits = 0x1.8p23f;
  return std::bit_cast<std::int32_t>(p * float(1 << bits) + kUnits) - std::bit_cast<std::int32_t>(kUnits);
}

}  // namespace deepboltz
