#include "deepboltz/learn/shown_parts.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/rng/draw.h"

namespace deepboltz {

bool shows_all(const Source& source) {
  return std::ranges::all_of(source.visible,
                             [](const PartSource& part) { return part.known.empty() && part.hide == 0; });
}

std::vector<std::vector<std::uint8_t>> parts_shown(const Source& source, std::span<const std::uint32_t> rows, Key key) {
  constexpr std::uint64_t kHide = 0x68696465;
  std::vector<std::vector<std::uint8_t>> shown;
  for (std::size_t p = 0; p < source.visible.size(); ++p) {
    const PartSource& part = source.visible[p];
    std::vector<std::uint8_t>& here = shown.emplace_back(rows.size(), std::uint8_t(1));
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const bool known = part.known.empty() || part.known[rows[r]] != 0;
      here[r] = known && !(uniform(key.fold(kHide).fold(p), rows[r], 0) < part.hide);
    }
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (std::ranges::any_of(shown, [r](const auto& part) { return part[r] != 0; })) continue;
    for (std::size_t p = 0; p < shown.size(); ++p)
      shown[p][r] = source.visible[p].known.empty() || source.visible[p].known[rows[r]] != 0;
  }
  return shown;
}

std::vector<std::uint32_t> grouped_by_parts(const Source& source, std::span<const std::uint32_t> rows, Key key) {
  const auto shown = parts_shown(source, rows, key);
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    if (shown.front()[a] != shown.front()[b]) return shown.front()[a] < shown.front()[b];
    for (std::size_t p = shown.size(); p-- > 1;)
      if (shown[p][a] != shown[p][b]) return shown[p][a] > shown[p][b];
    return false;
  });
  std::vector<std::uint32_t> grouped;
  for (const std::size_t r : order) grouped.push_back(rows[r]);
  return grouped;
}

}  // namespace deepboltz
