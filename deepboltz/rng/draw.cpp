#include "deepboltz/rng/draw.h"

#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace deepboltz {

double normal(Key key, std::uint32_t row, std::uint32_t column) {
  const auto words = random_block(key, row, column / 2);
  const int pair = 2 * (column % 2);
  const double radius = std::sqrt(-2 * std::log((words[pair] + 0.5) * 0x1p-32));
  return radius * std::cos(2 * std::numbers::pi * (words[pair + 1] + 0.5) * 0x1p-32);
}

std::uint64_t below(Key key, std::uint64_t index, std::uint64_t bound) {
  const std::uint64_t limit = -bound % bound;  // 2⁶⁴ mod bound: words below it would be favoured
  for (std::uint32_t attempt = 0;; ++attempt) {
    const auto words = random_block(key.fold(index), attempt, 0);
    const std::uint64_t word = std::uint64_t(words[0]) << 32 | words[1];
    if (word >= limit) return word % bound;
  }
}

std::vector<std::uint32_t> permutation(Key key, std::uint32_t size) {
  std::vector<std::uint32_t> order(size);
  std::iota(order.begin(), order.end(), 0u);
  for (std::uint32_t i = size; i > 1; --i) std::swap(order[i - 1], order[below(key, i, i)]);
  return order;
}

}  // namespace deepboltz
