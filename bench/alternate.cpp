#include "bench/alternate.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <thread>

namespace deepboltz::bench {

std::vector<double> alternate(const std::vector<std::function<void()>>& ways, int turns, double turn_seconds) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> best(ways.size(), std::numeric_limits<double>::infinity());
  for (int turn = 0; turn < turns; ++turn)
    for (std::size_t i = 0; i < ways.size(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      ways[i]();
      const auto start = Clock::now();
      int calls = 0;
      double seconds = 0;
      while (seconds < turn_seconds) {
        ways[i]();
        ++calls;
        seconds = std::chrono::duration<double>(Clock::now() - start).count();
      }
      best[i] = std::min(best[i], seconds / calls);
    }
  return best;
}

}  // namespace deepboltz::bench
