#include "deepboltz/sample/ladder.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/base/error.h"

namespace deepboltz {

std::vector<double> uniform_ladder(int steps) {
  require(steps >= 1, "ladder: expected at least one step, got {}", steps);
  std::vector<double> ladder;
  for (int k = 0; k <= steps; ++k) ladder.push_back(double(k) / steps);
  return ladder;
}

std::vector<double> three_part_ladder(int steps) {
  require(steps >= 3, "ladder: three parts need at least three steps, got {}", steps);
  const int low = std::max(1, int(std::lround(steps * 500.0 / 14'500))),
            middle = std::max(1, int(std::lround(steps * 4'000.0 / 14'500)));
  const int high = std::max(1, steps - low - middle);
  std::vector<double> ladder{0};
  const auto climb = [&](double from, double to, int parts) {
    for (int k = 1; k <= parts; ++k) ladder.push_back(from + (to - from) * k / parts);
  };
  climb(0, 0.5, low);
  climb(0.5, 0.9, middle);
  climb(0.9, 1, high);
  ladder.back() = 1;
  return ladder;
}

void require_ladder(const std::vector<double>& ladder) {
  require(ladder.size() >= 2 && ladder.front() == 0 && ladder.back() == 1,
          "ladder: expected inverse temperatures from 0 to 1");
  for (std::size_t k = 1; k < ladder.size(); ++k)  // says no to NaN too
    require(ladder[k] > ladder[k - 1], "ladder: expected increasing inverse temperatures, got {} after {}", ladder[k],
            ladder[k - 1]);
}

std::vector<double> even_levels(int levels, double lowest) {
  require(levels >= 2, "ladder: expected at least two levels, got {}", levels);
  require(lowest >= 0 && lowest < 1, "ladder: expected the lowest inverse temperature from 0 to below 1, got {}",
          lowest);
  std::vector<double> ladder;
  for (int k = 0; k < levels; ++k) ladder.push_back(lowest + (1 - lowest) * k / (levels - 1));
  ladder.back() = 1;
  return ladder;
}

void require_levels(const std::vector<double>& ladder) {
  require(!ladder.empty() && ladder.front() >= 0 && ladder.back() == 1,
          "ladder: expected inverse temperatures from 0 or above to 1");
  for (std::size_t k = 1; k < ladder.size(); ++k)
    require(ladder[k] > ladder[k - 1], "ladder: expected increasing inverse temperatures, got {} after {}", ladder[k],
            ladder[k - 1]);
}

}  // namespace deepboltz
