#include "deepboltz/data/split.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/base/error.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {

SplitRows split_rows(std::int64_t cases, const Split& split) {
  require(split.validation >= 0 && split.validation < cases, "split: {} cases for validation, but there are {} in all",
          split.validation, cases);
  std::vector<std::uint32_t> order(static_cast<std::size_t>(cases));
  std::iota(order.begin(), order.end(), 0u);
  if (split.random) order = permutation(split.key, std::uint32_t(cases));
  const auto border = order.end() - split.validation;
  SplitRows rows{{order.begin(), border}, {border, order.end()}};
  std::sort(rows.train.begin(), rows.train.end());
  std::sort(rows.validation.begin(), rows.validation.end());
  return rows;
}

}  // namespace deepboltz
