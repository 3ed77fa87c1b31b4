// Binary states, and means in sevenths, to test kernels on.
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

}  // namespace deepboltz::test
