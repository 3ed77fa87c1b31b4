// The mean of a Bernoulli unit in steps of 2⁻⁸, defined so that every processor finds the same: float additions,
// products and one division, each rounded as IEEE 754 says, in the order written here. Within 2⁻⁹ + 1e-6 of the
// logistic.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace deepboltz {

inline constexpr int kMeanBits = 8;  // a mean of 1 is 2⁸

namespace fixed_logistic_constants {
// eʳ = 1 + r + r²·q(r) on |r| ≤ ½ log 2, log 2 in two parts (Cody & Waite 1980); q by interpolation at Chebyshev's
// nodes.
inline constexpr float kLog2e = 1.44269504f, kLog2High = 0.693359375f, kLog2Low = -2.12194440e-4f;
inline constexpr float kQ[] = {0.5f, 0.166665769f, 0.0416665545f, 0.00836319488f, 0.00139262034f};
inline constexpr float kFarOut = -87;  // below, eˣ counts as 0
}  // namespace fixed_logistic_constants

inline std::int16_t fixed_logistic(float x) {
  using namespace fixed_logistic_constants;
  const float a = -std::abs(x);
  float e = 0;
  if (a >= kFarOut) {
    const float n = std::nearbyint(a * kLog2e);
    const float r = (a - n * kLog2High) - n * kLog2Low;
    const float q = kQ[0] + r * (kQ[1] + r * (kQ[2] + r * (kQ[3] + r * kQ[4])));
    e = (1 + (r + r * r * q)) * std::bit_cast<float>((std::int32_t(n) + 127) << 23);
  }
  const float p = (x < 0 ? e : 1.0f) / (1 + e);
  return std::int16_t(
      std::bit_cast<std::uint32_t>(p * float(1 << kMeanBits) + 0x1.8p23f));  // to the nearest, ties to even
}

}  // namespace deepboltz
