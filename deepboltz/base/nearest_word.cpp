#include "deepboltz/base/nearest_word.h"

#include <algorithm>
#include <vector>

namespace deepboltz {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  const std::size_t columns = b.size() + 1;
  std::vector<std::size_t> d((a.size() + 1) * columns);
  for (std::size_t i = 0; i <= a.size(); ++i) d[i * columns] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = d[(i - 1) * columns + j - 1] + (a[i - 1] != b[j - 1]);
      std::size_t least = std::min({replaced, d[(i - 1) * columns + j] + 1, d[i * columns + j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        least = std::min(least, d[(i - 2) * columns + j - 2] + 1);
      d[i * columns + j] = least;
    }
  }
  return d.back();
}

std::string nearest_word(std::string_view name, std::span<const std::string> known) {
  const auto best = std::min_element(known.begin(), known.end(), [&](const std::string& a, const std::string& b) {
    return edit_distance(name, a) < edit_distance(name, b);
  });
  return best == known.end() ? std::string() : *best;
}

}  // namespace deepboltz
