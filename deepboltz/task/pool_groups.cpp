#include "deepboltz/task/pool_groups.h"

#include <algorithm>

#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {

Groups groups_of(const Cases& cases) {
  const Column* column = cases.find(kGroupColumn);
  Groups groups;
  std::vector<std::int64_t> place(column ? std::size_t(column->units()) : 0, -1);
  for (std::uint32_t r = 0; r < std::uint32_t(cases.count()); ++r) {
    if (!column) {
      groups.push_back({r});
      continue;
    }
    require(column->sparse().entries(r) == 1, "{}: case {} is in {} groups; expected one", cases.origin.name,
            cases.number(r), column->sparse().entries(r));
    std::int64_t& at = place[column->sparse().row(r)[0]];
    if (at < 0) {
      at = std::int64_t(groups.size());
      groups.emplace_back();
    }
    groups[std::size_t(at)].push_back(r);
  }
  return groups;
}

std::vector<std::vector<int>> topics_of(const Cases& cases, const Groups& groups) {
  const std::vector<std::vector<int>> of_cases = topics_of(cases);
  std::vector<std::vector<int>> topics;
  if (of_cases.empty()) return topics;
  for (const std::vector<std::uint32_t>& rows : groups) {
    for (const std::uint32_t r : rows)
      require(of_cases[r] == of_cases[rows.front()], "{}: cases {} and {} are of one group, but of other classes",
              cases.origin.name, cases.number(rows.front()), cases.number(r));
    topics.push_back(of_cases[rows.front()]);
  }
  return topics;
}

Tensor pool_groups(Context& ctx, ConstMatrix rows, const Groups& groups, std::int64_t slices) {
  require(slices >= 1, "slices: expected 1 or more, got {}", slices);
  Tensor out(rows.dtype, std::int64_t(groups.size()), slices * rows.cols);
  visit_real(rows.dtype, [&](auto real) {
    using Real = decltype(real);
    const auto from = rows.as<Real>();
    for_rows(ctx, out.rows(), out.cols(), [&](std::int64_t g) {
      const std::vector<std::uint32_t>& of = groups[std::size_t(g)];
      const auto n = std::int64_t(of.size());
      Real* to = out.as<Real>().row(g);
      for (std::int64_t s = 0; s < slices; ++s) {
        const std::int64_t first = s * n / slices, end = std::max(first + 1, ((s + 1) * n + slices - 1) / slices);
        for (std::int64_t j = 0; j < rows.cols; ++j) {
          double sum = 0;
          for (std::int64_t i = first; i < end; ++i) sum += double(from(of[std::size_t(i)], j));
          to[s * rows.cols + j] = Real(sum / double(end - first));
        }
      }
    });
  });
  return out;
}

}  // namespace deepboltz
