#include "deepboltz/task/class_ranking.h"

#include <numeric>
#include <optional>

#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {
namespace {

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

struct Means {
  double average_precision, precision, published_precision;
};

Means means_of(const Rankings& rankings, std::int64_t rank) {
  return {mean(average_precisions(rankings)), mean(precisions_at(rankings, rank)),
          mean(published_precisions_at(rankings, rank))};
}

// The rankings of a sample. order: a class of `rankings`, the cases.
Rankings sampled(const Rankings& rankings, const std::vector<std::vector<std::uint32_t>>& order,
                 const std::vector<std::uint32_t>& copies) {
  Rankings out{.items = rankings.items};
  for (std::size_t r = 0; r < order.size(); ++r) {
    std::vector<std::int64_t> ranks;
    auto relevant = rankings.ranks[r].begin();
    std::int64_t before = 0;  // cases of the sample that have a rank
    for (std::size_t i = 0; i < order[r].size(); ++i) {
      const bool here = relevant != rankings.ranks[r].end() && *relevant == std::int64_t(i) + 1;
      if (here) ++relevant;
      for (std::uint32_t copy = 0; copy < copies[order[r][i]]; ++copy)
        if (++before; here) ranks.push_back(before);
    }
    if (ranks.empty()) continue;
    out.number.push_back(rankings.number[r]);
    out.ranks.push_back(std::move(ranks));
  }
  return out;
}

}  // namespace

ClassRanking rank_classes(Context& ctx, ConstMatrix scores, const Labels& labels, const ClassRankingOptions& options) {
  require(std::int64_t(labels.size()) == scores.rows, "class ranking: the scores of {} cases, but the labels of {}",
          scores.rows, labels.size());
  require(options.samples >= 2, "class ranking: expected at least 2 samples, got {}", options.samples);
  const Rankings rankings = rank_columns(ctx, scores, cases_of_classes(labels, int(scores.cols)), options.ranking);
  require(!rankings.number.empty(), "class ranking: no class has a case");
  std::vector<std::vector<std::uint32_t>> order;
  for (std::int64_t c : rankings.number) order.push_back(column_order(scores, c));
  const Means own = means_of(rankings, options.rank);
  std::vector<std::optional<Means>> samples(static_cast<std::size_t>(options.samples));
  for_rows(ctx, options.samples, scores.rows * std::int64_t(order.size()), [&](std::int64_t s) {
    const auto copies = drawn_copies(options.key.fold(std::uint64_t(s)), scores.rows);
    const Rankings drawn = sampled(rankings, order, copies);
    if (!drawn.number.empty()) samples[std::size_t(s)] = means_of(drawn, options.rank);
  });
  ClassRanking out{rankings.number,
                   average_precisions(rankings),
                   {own.average_precision},
                   {own.precision},
                   {own.published_precision}};
  for (const auto& sample : samples) {
    if (!sample) continue;
    out.mean_average_precision.samples.push_back(sample->average_precision);
    out.precision.samples.push_back(sample->precision);
    out.published_precision.samples.push_back(sample->published_precision);
  }
  return out;
}

}  // namespace deepboltz
