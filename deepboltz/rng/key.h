// Randomness is a value: a seed and a path of tags. A key is folded, never advanced, and never used for two purposes.
// The same key gives the same numbers on any device and any number of threads.
#pragma once

#include <compare>
#include <cstdint>

namespace deepboltz {

struct Key {
  std::uint64_t seed = 0, path = 0;

  // The key of a sub-purpose. Distinct tags give unrelated keys (SplitMix64 finaliser; Steele, Lea & Flood 2014).
  constexpr Key fold(std::uint64_t tag) const {
    std::uint64_t z = (path ^ 0x9E3779B97F4A7C15u) + 0xBF58476D1CE4E5B9u * (tag + 1);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return {seed, z ^ (z >> 31)};
  }

  constexpr auto operator<=>(const Key&) const = default;
};

}  // namespace deepboltz
