// Systematic resampling: draws by weights with as little noise as there can be. Kitagawa (1996).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace deepboltz {

// How often each of the weighted cases is drawn: ⌊n·w⌋ or ⌈n·w⌉ times where w is its share of the weight, n times in
// all. 0 ≤ u < 1 is the one random number that it takes. Weights need not be normalised.
std::vector<std::int64_t> systematic_counts(std::span<const double> log_weights, std::int64_t n, double u);

}  // namespace deepboltz
