#include "deepboltz/task/hamming_scan.h"

#include <algorithm>

#include "deepboltz/kernel/hamming.h"

namespace deepboltz {

std::vector<Neighbour> scan(const BinaryCodes& codes, const std::uint64_t* query, const Wanted& wanted) {
  std::vector<std::uint16_t> distance(static_cast<std::size_t>(codes.cases()));
  if (codes.cases() > 0) hamming_distances(query, codes.code(0), codes.words(), distance);
  // A counting sort by distance, which keeps the numbers' order.
  const int radius = std::min(wanted.radius, codes.bits());
  std::vector<std::int64_t> begin(static_cast<std::size_t>(codes.bits()) + 2);
  for (const std::uint16_t d : distance) ++begin[d + 1u];
  for (std::size_t d = 1; d < begin.size(); ++d) begin[d] += begin[d - 1];
  const std::int64_t near = radius < 0 ? 0 : begin[std::size_t(radius) + 1];
  std::vector<Neighbour> found(static_cast<std::size_t>(std::clamp<std::int64_t>(wanted.most, 0, near)));
  for (std::size_t i = 0; i < distance.size(); ++i) {
    if (distance[i] > radius) continue;
    const auto place = std::size_t(begin[distance[i]]++);
    if (place < found.size()) found[place] = {std::uint32_t(i), distance[i]};
  }
  return found;
}

}  // namespace deepboltz
