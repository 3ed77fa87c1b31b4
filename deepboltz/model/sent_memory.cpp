#include "deepboltz/model/sent_memory.h"

#include <algorithm>

namespace deepboltz {

RunningSums& SentMemory::of(const Connection& connection, bool upwards, std::int64_t cases) {
  auto known = std::ranges::find_if(ways_, [&](const auto& w) {
    return w->lower == connection.lower && w->upper == connection.upper && w->upwards == upwards;
  });
  if (known == ways_.end())
    known = ways_.insert(known, std::make_unique<Way>(Way{connection.lower, connection.upper, upwards}));
  Way& way = **known;
  if (way.integers != connection.integers || way.sums.capacity() < cases) {
    const std::int64_t lower = connection.weight.rows(), upper = connection.weight.cols();
    way.sums = upwards ? RunningSums(cases, lower, upper) : RunningSums(cases, upper, lower);
    way.integers = connection.integers;
  }
  return way.sums;
}

}  // namespace deepboltz
