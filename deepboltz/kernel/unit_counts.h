// What the units of a layer count over all cases of a batch: exact sums of states, means or pixels.
#pragma once

#include <cstdint>
#include <vector>

namespace deepboltz {

struct UnitCounts {
  std::int64_t most;  // that a unit can count
  const std::vector<std::int32_t>& on;
};

}  // namespace deepboltz
