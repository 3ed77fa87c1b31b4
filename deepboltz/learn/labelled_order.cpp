#include "deepboltz/learn/labelled_order.h"

#include <algorithm>

#include "deepboltz/base/error.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

// `count` numbers from `first` on: one random order of `size` of them after another.
std::vector<std::uint32_t> rounds(Key key, std::uint32_t first, std::uint32_t size, std::size_t count) {
  std::vector<std::uint32_t> out;
  for (std::uint64_t round = 0; out.size() < count; ++round)
    for (const std::uint32_t place : permutation(key.fold(round), size)) out.push_back(first + place);
  out.resize(count);
  return out;
}

}  // namespace

std::vector<std::uint32_t> labelled_order(Key key, std::uint32_t cases, std::uint32_t labelled, std::int64_t half) {
  DEEPBOLTZ_ASSERT(labelled >= 1 && labelled < cases && half >= 1);
  const std::size_t count = std::max(labelled, cases - labelled);
  const auto with = rounds(key.fold(0), 0, labelled, count),
             without = rounds(key.fold(1), labelled, cases - labelled, count);
  std::vector<std::uint32_t> order;
  for (std::size_t first = 0; first < count; first += std::size_t(half)) {
    const auto here = std::ptrdiff_t(first), there = std::ptrdiff_t(std::min(count, first + std::size_t(half)));
    order.insert(order.end(), with.begin() + here, with.begin() + there);
    order.insert(order.end(), without.begin() + here, without.begin() + there);
  }
  return order;
}

}  // namespace deepboltz
