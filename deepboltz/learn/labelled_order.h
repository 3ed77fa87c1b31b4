// The order of an epoch in which only the first cases have labels: every update sees as many with as without.
#pragma once

#include <cstdint>
#include <vector>

#include "deepboltz/rng/key.h"

namespace deepboltz {

// Numbers of cases in pairs of runs, `half` of 0 … labelled−1, then `half` of the others, the last pair shorter. Of the
// kind that has more cases each comes once; the other begins anew, in another order, as often as needed.
// 1 ≤ labelled < cases, half ≥ 1
std::vector<std::uint32_t> labelled_order(Key key, std::uint32_t cases, std::uint32_t labelled, std::int64_t half);

}  // namespace deepboltz
