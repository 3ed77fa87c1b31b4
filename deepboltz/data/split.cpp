#include "deepboltz/data/split.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/base/error.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {

namespace {

// How many cases of each class are held back: its share of them, rounded so that the sum is right.
std::vector<std::int64_t> shares(std::int64_t cases, const Split& split) {
  std::vector<std::int64_t> of_class(std::size_t(*std::ranges::max_element(split.classes)) + 1, 0);
  for (const int label : split.classes) ++of_class[std::size_t(label)];
  std::vector<std::int64_t> rest(of_class.size());
  std::int64_t left = split.validation;
  for (std::size_t c = 0; c < of_class.size(); ++c) {
    rest[c] = of_class[c] * split.validation % cases;
    of_class[c] = of_class[c] * split.validation / cases;
    left -= of_class[c];
  }
  for (; left > 0; --left) {
    const auto next = std::ranges::max_element(rest);
    *next = -1;
    ++of_class[std::size_t(next - rest.begin())];
  }
  return of_class;
}

SplitRows draw_by_class(std::int64_t cases, const Split& split) {
  require(std::int64_t(split.classes.size()) == cases, "split: {} classes of {} cases", split.classes.size(), cases);
  std::vector<std::int64_t> wanted = shares(cases, split);
  std::vector<bool> held(std::size_t(cases), false);
  for (const std::uint32_t row : permutation(split.key, std::uint32_t(cases)))
    held[row] = wanted[std::size_t(split.classes[row])]-- > 0;
  SplitRows rows;
  for (std::uint32_t row = 0; row < cases; ++row) (held[row] ? rows.validation : rows.train).push_back(row);
  return rows;
}

}  // namespace

SplitRows split_rows(std::int64_t cases, const Split& split) {
  require(split.validation >= 0 && split.validation < cases, "split: {} cases for validation, but there are {} in all",
          split.validation, cases);
  if (split.held_out == HeldOut::drawn && !split.classes.empty()) return draw_by_class(cases, split);
  std::vector<std::uint32_t> order(static_cast<std::size_t>(cases));
  std::iota(order.begin(), order.end(), 0u);
  if (split.held_out == HeldOut::drawn) order = permutation(split.key, std::uint32_t(cases));
  const auto border = order.end() - split.validation;
  SplitRows rows{{order.begin(), border}, {border, order.end()}};
  std::sort(rows.train.begin(), rows.train.end());
  std::sort(rows.validation.begin(), rows.validation.end());
  return rows;
}

}  // namespace deepboltz
