// Binary states to test kernels on.
#pragma once

#include "deepboltz/kernel/bits.h"
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

}  // namespace deepboltz::test
