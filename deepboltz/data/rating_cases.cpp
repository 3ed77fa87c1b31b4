#include "deepboltz/data/rating_cases.h"

#include <algorithm>

namespace deepboltz {

SparseRows rating_rows(const RatingData& data, std::span<const Rating> ratings, RatingCase of) {
  const bool by_user = of == RatingCase::user;
  const std::size_t cases = by_user ? data.users.size() : data.items.size(),
                    others = by_user ? data.items.size() : data.users.size();
  const std::int64_t levels = data.scale.levels();
  SparseRows x;
  x.cols = std::int64_t(others) * levels;
  x.first.assign(cases + 1, 0);
  for (const Rating& r : ratings) ++x.first[(by_user ? r.user : r.item) + 1];
  for (std::size_t c = 0; c < cases; ++c) x.first[c + 1] += x.first[c];
  x.column.resize(ratings.size());
  std::vector<std::int64_t> next(x.first.begin(), x.first.end() - 1);
  for (const Rating& r : ratings)
    x.column[std::size_t(next[by_user ? r.user : r.item]++)] =
        std::uint32_t((by_user ? r.item : r.user) * levels + r.level);
  return x;
}

RatingCases rating_cases(const RatingData& data, std::span<const Rating> ratings, RatingCase of) {
  RatingCases cases{rating_rows(data, ratings, of), {}};
  if (!data.tells_seen) return cases;
  const bool by_user = of == RatingCase::user;
  std::vector<std::vector<std::uint32_t>> others(std::size_t(cases.ratings.rows()));
  const auto add = [&](const auto& records) {
    for (const auto& r : records) others[by_user ? r.user : r.item].push_back(by_user ? r.item : r.user);
  };
  add(ratings);
  add(data.seen);
  cases.seen.cols = cases.ratings.cols / data.scale.levels();
  for (auto& row : others) {
    std::ranges::sort(row);
    cases.seen.column.insert(cases.seen.column.end(), row.begin(), std::unique(row.begin(), row.end()));
    cases.seen.end_row();
  }
  return cases;
}

}  // namespace deepboltz
