// Draws addressed by (key, row, column): no state, hence the same numbers for any blocking and any number of threads.
//
// The word for (row, column) is word column % 4 of Philox with key = seed and counter = (path, row, column / 4).
#pragma once

#include <cstdint>
#include <vector>

#include "deepboltz/rng/key.h"
#include "deepboltz/rng/philox.h"

namespace deepboltz {

// Four consecutive words: columns 4·block … 4·block + 3 of a row.
constexpr std::array<std::uint32_t, 4> random_block(Key key, std::uint32_t row, std::uint32_t block) {
  return philox4x32({std::uint32_t(key.path), std::uint32_t(key.path >> 32), row, block},
                    {std::uint32_t(key.seed), std::uint32_t(key.seed >> 32)});
}

constexpr std::uint32_t random_word(Key key, std::uint32_t row, std::uint32_t column) {
  return random_block(key, row, column / 4)[column % 4];
}

// In [0, 1), on a grid of 2⁻²⁴: every value is exact in float, 0 can come, 1 cannot.
constexpr float uniform(Key key, std::uint32_t row, std::uint32_t column) {
  return float(random_word(key, row, column) >> 8) * 0x1p-24f;
}

// Standard normal, by Box & Muller (1958) on 32-bit uniforms.
double normal(Key key, std::uint32_t row, std::uint32_t column);

// Uniform on 0 … bound−1 without bias (rejection). bound ≥ 1
std::uint64_t below(Key key, std::uint64_t index, std::uint64_t bound);

// A uniformly random order of 0 … size−1 (Fisher & Yates).
std::vector<std::uint32_t> permutation(Key key, std::uint32_t size);

}  // namespace deepboltz
