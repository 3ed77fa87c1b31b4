// What benchmarks for users measure with.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

namespace deepboltz {

double seconds_of(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

inline double median(std::vector<double> x) {
  std::ranges::sort(x);
  return x[x.size() / 2];
}

}  // namespace deepboltz
