#include "deepboltz/task/paired_difference.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "deepboltz/base/error.h"

namespace deepboltz {

Estimate paired_difference(std::span<const double> first, std::span<const double> second) {
  require(first.size() == second.size(), "paired difference: expected {} figures, as in the first list, got {}",
          first.size(), second.size());
  std::vector<double> differences(first.size());
  std::ranges::transform(first, second, differences.begin(), std::minus<>());
  return mean_estimate(differences);
}

}  // namespace deepboltz
