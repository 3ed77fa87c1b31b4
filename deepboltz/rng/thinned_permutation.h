// A random order of some of the cases, by weights.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "deepboltz/rng/key.h"

namespace deepboltz {

// Numbers in a random order, each kept with the probability that is its weight, in (0, 1]: Σ weights of them, up to
// one, by one uniform number for all (systematic sampling: Madow & Madow 1944).
std::vector<std::uint32_t> thinned_permutation(Key key, std::span<const float> weights);

}  // namespace deepboltz
