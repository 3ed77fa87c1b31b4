#include "deepboltz/model/sent_memory.h"

#include <algorithm>

namespace deepboltz {

RunningSums& SentMemory::of(const Connection& connection, bool upwards, std::int64_t cases) {
  auto way = std::ranges::find_if(ways_, [&](const Way& w) {
    return w.lower == connection.lower && w.upper == connection.upper && w.upwards == upwards;
  });
  if (way == ways_.end()) way = ways_.insert(way, {connection.lower, connection.upper, upwards});
  if (way->integers != connection.integers || way->sums.capacity() < cases) {
    const std::int64_t lower = connection.weight.rows(), upper = connection.weight.cols();
    way->sums = upwards ? RunningSums(cases, lower, upper) : RunningSums(cases, upper, lower);
    way->integers = connection.integers;
  }
  return way->sums;
}

}  // namespace deepboltz
