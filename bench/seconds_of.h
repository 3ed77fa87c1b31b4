// The time that a piece of work takes, once.
#pragma once

#include <chrono>

namespace deepboltz::bench {

double seconds_of(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace deepboltz::bench
