// Binary states, means in sevenths and grey pixels to test kernels on.
#pragma once

#include "deepboltz/kernel/sevenths.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz::test {

// (cases, units), each on with that probability.
inline Bits random_bits(Key key, std::int64_t cases, std::int64_t units, double density) {
  Bits bits(cases, units);
  for (std::int64_t r = 0; r < cases; ++r)
    for (std::int64_t u = 0; u < units; ++u)
      if (uniform(key, std::uint32_t(r), std::uint32_t(u)) < density) bits.row(r)[u / 32] |= 1u << (u % 32);
  return bits;
}

// (cases, units), each of the three bits on with that probability.
inline Sevenths random_sevenths(Key key, std::int64_t cases, std::int64_t units, double density) {
  Sevenths means(cases, units);
  for (int b = 0; b < Sevenths::kPlanes; ++b)
    means.plane(b) = random_bits(key.fold(std::uint64_t(b)), cases, units, density);
  return means;
}

// (cases, units) u8: a share `density` of them not black, of which a half is white.
inline Tensor random_pixels(Key key, std::int64_t cases, std::int64_t units, double density) {
  Tensor grey(DType::u8, cases, units);
  for (std::int64_t r = 0; r < cases; ++r)
    for (std::int64_t u = 0; u < units; ++u) {
      const double lit = uniform(key, std::uint32_t(r), std::uint32_t(u));
      const std::uint32_t g = random_word(key.fold(1), std::uint32_t(r), std::uint32_t(u));
      if (lit < density) grey.as<std::uint8_t>()(r, u) = lit < density / 2 ? 255 : std::uint8_t(1 + g % 255);
    }
  return grey;
}

}  // namespace deepboltz::test
