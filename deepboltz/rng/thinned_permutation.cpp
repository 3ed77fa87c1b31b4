#include "deepboltz/rng/thinned_permutation.h"

#include "deepboltz/rng/draw.h"

namespace deepboltz {

std::vector<std::uint32_t> thinned_permutation(Key key, std::span<const float> weights) {
  enum Use : std::uint64_t { kOrder, kStart };
  std::vector<std::uint32_t> kept;
  double level = uniform(key.fold(kStart), 0, 0);
  for (const std::uint32_t row : permutation(key.fold(kOrder), std::uint32_t(weights.size()))) {
    level += double(weights[row]);
    if (level < 1) continue;
    level -= 1;
    kept.push_back(row);
  }
  return kept;
}

}  // namespace deepboltz
