#include "deepboltz/sample/barrier.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "deepboltz/base/error.h"

namespace deepboltz {

double global_barrier(std::span<const double> rejections) {
  return std::accumulate(rejections.begin(), rejections.end(), 0.0);
}

double round_trip_rate(std::span<const double> rejections) {
  double sum = 0;
  for (double r : rejections) {
    if (r >= 1) return 0;
    sum += r / (1 - r);
  }
  return 1 / (2 + 2 * sum);
}

int recommended_levels(std::span<const double> rejections) {
  return std::max(2, int(std::ceil(2 * global_barrier(rejections) + 1)));
}

std::vector<double> respace_ladder(std::span<const double> ladder, std::span<const double> rejections, int levels) {
  require(ladder.size() >= 2 && rejections.size() + 1 == ladder.size() && levels >= 2,
          "ladder: {} rejections do not re-space {} levels to {}", rejections.size(), ladder.size(), levels);
  const double least = std::max(global_barrier(rejections), 1e-6) * 1e-6;  // keeps levels apart where nothing rejects
  std::vector<double> height{0};
  for (std::size_t i = 0; i < rejections.size(); ++i)
    height.push_back(height.back() + (rejections[i] > 0 ? rejections[i] : least * (ladder[i + 1] - ladder[i])));
  std::vector<double> spaced{ladder.front()};
  std::size_t i = 0;
  for (int k = 1; k + 1 < levels; ++k) {
    const double at = height.back() * k / (levels - 1);
    while (i + 2 < height.size() && height[i + 1] < at) ++i;
    spaced.push_back(ladder[i] + (ladder[i + 1] - ladder[i]) * (at - height[i]) / (height[i + 1] - height[i]));
  }
  spaced.push_back(ladder.back());
  return spaced;
}

}  // namespace deepboltz
