#include "deepboltz/task/ranking.h"

#include <cmath>
#include <numeric>

#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {
namespace {

// Which items of each ranking are relevant.
using Marks = std::vector<std::vector<bool>>;

std::string name_of(std::size_t ranking, const RankingOptions& options) {
  return options.names.empty() ? std::to_string(ranking) : fmt::format("'{}'", options.names[ranking]);
}

Marks marks_of(const Relevance& relevance, std::int64_t items, const RankingOptions& options) {
  Marks marks(relevance.size(), std::vector<bool>(std::size_t(items)));
  for (std::size_t r = 0; r < relevance.size(); ++r)
    for (int item : relevance[r]) {
      require(item >= 0 && item < items, "ranking {}: expected relevant items of 0 to {}, got {}", name_of(r, options),
              items - 1, item);
      require(!marks[r][std::size_t(item)], "ranking {}: item {} is relevant twice", name_of(r, options), item);
      marks[r][std::size_t(item)] = true;
    }
  return marks;
}

template <class Score> std::vector<std::uint32_t> order_by(std::int64_t items, Score&& score) {
  std::vector<std::uint32_t> order(static_cast<std::size_t>(items));
  std::iota(order.begin(), order.end(), 0u);
  return ranked(std::move(order), [&](std::uint32_t a, std::uint32_t b) { return score(a) > score(b); });
}

// score(ranking, item)
template <class Score>
Rankings rank(Context& ctx, std::int64_t rankings, std::int64_t items, const Relevance& relevance,
              const RankingOptions& options, Score&& score) {
  require(std::int64_t(relevance.size()) == rankings, "ranking: expected {} lists of relevant items, got {}", rankings,
          relevance.size());
  require(options.names.empty() || std::int64_t(options.names.size()) == rankings, "ranking: expected {} names, got {}",
          rankings, options.names.size());
  const Marks marks = marks_of(relevance, items, options);
  Rankings out{.items = items};
  for (std::size_t r = 0; r < relevance.size(); ++r) {
    require(!relevance[r].empty() || options.without_relevant == RankingOptions::WithoutRelevant::leave_out,
            "ranking {}: expected at least one relevant item, got none", name_of(r, options));
    if (!relevance[r].empty()) out.number.push_back(std::int64_t(r));
  }
  for (std::int64_t r : out.number)
    for (std::int64_t i = 0; i < items; ++i)
      require(!std::isnan(double(score(r, i))), "ranking {}: the score of item {} is not a number",
              name_of(std::size_t(r), options), i);
  out.ranks.resize(out.number.size());
  for_rows(ctx, std::int64_t(out.number.size()), items, [&](std::int64_t row) {
    const std::int64_t r = out.number[std::size_t(row)];
    const auto order = order_by(items, [&](std::uint32_t item) { return score(r, item); });
    out.ranks[std::size_t(row)] =
        relevant_ranks(order, [&](std::uint32_t item) { return marks[std::size_t(r)][item]; });
  });
  return out;
}

template <class Judge> std::vector<double> each(const Rankings& rankings, Judge&& judge) {
  std::vector<double> out;
  for (const auto& ranks : rankings.ranks) out.push_back(judge(ranks));
  return out;
}

void require_rank(std::int64_t rank, std::int64_t most) {
  require(rank >= 1 && rank <= most, "ranking: expected a rank of 1 to {}, got {}", most, rank);
}

}  // namespace

double average_precision(std::span<const std::int64_t> ranks) {
  double sum = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) sum += double(i + 1) / double(ranks[i]);
  return sum / double(ranks.size());
}

double precision_at(std::span<const std::int64_t> ranks, std::int64_t rank) {
  return double(std::ranges::upper_bound(ranks, rank) - ranks.begin()) / double(rank);
}

double precision_at_recall(std::span<const std::int64_t> ranks, double recall) {
  const auto found = std::int64_t(std::ceil(recall * double(ranks.size())));
  return double(found) / double(ranks[std::size_t(found - 1)]);
}

double interpolated_precision(std::span<const std::int64_t> ranks, double recall) {
  constexpr double kRounding = 1e-9;  // 0.7 · 10 is above 7
  const auto needed = std::max<std::int64_t>(1, std::int64_t(std::ceil(recall * double(ranks.size()) - kRounding)));
  double most = 0;
  for (std::int64_t found = needed; found <= std::int64_t(ranks.size()); ++found)
    most = std::max(most, double(found) / double(ranks[std::size_t(found - 1)]));
  return most;
}

double published_precision_at(std::span<const std::int64_t> ranks, std::int64_t rank) {
  return precision_at(ranks, rank + 1);
}

Relevance sharing_labels(const Labels& queries, const Labels& stored) {
  Relevance relevance(queries.size());
  for (std::size_t q = 0; q < queries.size(); ++q)
    for (std::size_t c = 0; c < stored.size(); ++c)
      if (std::ranges::find_first_of(stored[c], queries[q]) != stored[c].end()) relevance[q].push_back(int(c));
  return relevance;
}

Relevance cases_of_classes(const Labels& labels, int classes) {
  Relevance relevance(static_cast<std::size_t>(classes));
  for (std::size_t c = 0; c < labels.size(); ++c)
    for (int label : labels[c]) {
      require(label >= 0 && label < classes, "labels: case {}: expected classes of 0 to {}, got {}", c, classes - 1,
              label);
      relevance[std::size_t(label)].push_back(int(c));
    }
  return relevance;
}

Rankings rank_rows(Context& ctx, ConstMatrix scores, const Relevance& relevance, const RankingOptions& options) {
  return visit_real(scores.dtype, [&](auto real) {
    const auto score = scores.as<decltype(real)>();
    return rank(ctx, scores.rows, scores.cols, relevance, options,
                [score](std::int64_t r, std::int64_t item) { return score(r, item); });
  });
}

Rankings rank_columns(Context& ctx, ConstMatrix scores, const Relevance& relevance, const RankingOptions& options) {
  return visit_real(scores.dtype, [&](auto real) {
    const auto score = scores.as<decltype(real)>();
    return rank(ctx, scores.cols, scores.rows, relevance, options,
                [score](std::int64_t r, std::int64_t item) { return score(item, r); });
  });
}

std::vector<std::uint32_t> row_order(ConstMatrix scores, std::int64_t row) {
  return visit_real(scores.dtype, [&](auto real) {
    const auto score = scores.as<decltype(real)>();
    return order_by(scores.cols, [&](std::uint32_t item) { return score(row, item); });
  });
}

std::vector<std::uint32_t> column_order(ConstMatrix scores, std::int64_t column) {
  return visit_real(scores.dtype, [&](auto real) {
    const auto score = scores.as<decltype(real)>();
    return order_by(scores.rows, [&](std::uint32_t item) { return score(item, column); });
  });
}

std::vector<double> average_precisions(const Rankings& rankings) { return each(rankings, average_precision); }

std::vector<double> precisions_at(const Rankings& rankings, std::int64_t rank) {
  require_rank(rank, rankings.items);
  return each(rankings, [&](const auto& ranks) { return precision_at(ranks, rank); });
}

std::vector<double> precisions_at_recall(const Rankings& rankings, double recall) {
  require(recall > 0 && recall <= 1, "ranking: expected a recall above 0 to 1, got {}", recall);
  return each(rankings, [&](const auto& ranks) { return precision_at_recall(ranks, recall); });
}

std::vector<double> interpolated_precisions(const Rankings& rankings, double recall) {
  require(recall >= 0 && recall <= 1, "ranking: expected a recall of 0 to 1, got {}", recall);
  return each(rankings, [&](const auto& ranks) { return interpolated_precision(ranks, recall); });
}

std::vector<double> eleven_recalls() {
  std::vector<double> recalls;
  for (int tenths = 0; tenths <= 10; ++tenths) recalls.push_back(double(tenths) / 10);
  return recalls;
}

std::vector<double> published_precisions_at(const Rankings& rankings, std::int64_t rank) {
  require_rank(rank, rankings.items - 1);
  return each(rankings, [&](const auto& ranks) { return published_precision_at(ranks, rank); });
}

}  // namespace deepboltz
