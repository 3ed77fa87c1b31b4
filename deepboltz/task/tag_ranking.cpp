#include "deepboltz/task/tag_ranking.h"

#include <algorithm>
#include <optional>

#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/task/class_ranking.h"

namespace deepboltz {
namespace {

// The tags of each picture that are judged.
Labels judged_of(const Labels& wanted, const TagRankingOptions& options, std::int64_t tags) {
  for (int tag : options.judged)
    require(tag >= 0 && tag < tags, "tag ranking: expected judged tags of 0 to {}, got {}", tags - 1, tag);
  if (options.judged.empty()) return wanted;
  Labels out(wanted.size());
  for (std::size_t p = 0; p < wanted.size(); ++p)
    for (int tag : wanted[p])
      if (std::ranges::find(options.judged, tag) != options.judged.end()) out[p].push_back(tag);
  return out;
}

// The first `count` columns of each row.
Labels first_of_rows(Context& ctx, ConstMatrix scores, std::int64_t count) {
  Labels given(static_cast<std::size_t>(scores.rows));
  for_rows(ctx, scores.rows, scores.cols, [&](std::int64_t r) {
    const auto order = row_order(scores, r);
    given[std::size_t(r)].assign(order.begin(), order.begin() + count);
  });
  return given;
}

struct WordMeans {
  double recall, precision;
};

// copies: how often each picture counts. Nothing where none of them has a judged tag.
std::optional<WordMeans> word_means(const Labels& given, const Labels& judged, std::span<const std::uint32_t> copies,
                                    std::int64_t tags) {
  std::vector<double> has(static_cast<std::size_t>(tags)), gets(has.size()), right(has.size());
  for (std::size_t p = 0; p < given.size(); ++p) {
    for (int tag : judged[p]) has[std::size_t(tag)] += copies[p];
    for (int tag : given[p]) {
      gets[std::size_t(tag)] += copies[p];
      if (std::ranges::find(judged[p], tag) != judged[p].end()) right[std::size_t(tag)] += copies[p];
    }
  }
  WordMeans sum{0, 0};
  double seen = 0;
  for (std::size_t tag = 0; tag < has.size(); ++tag) {
    if (has[tag] == 0) continue;
    ++seen;
    sum.recall += right[tag] / has[tag];
    if (gets[tag] > 0) sum.precision += right[tag] / gets[tag];
  }
  if (seen == 0) return std::nullopt;
  return WordMeans{sum.recall / seen, sum.precision / seen};
}

}  // namespace

TagRanking rank_tags(Context& ctx, ConstMatrix scores, const Labels& wanted, const TagRankingOptions& options) {
  require(std::int64_t(wanted.size()) == scores.rows, "tag ranking: the scores of {} pictures, but the tags of {}",
          scores.rows, wanted.size());
  require(options.given >= 1 && options.given <= scores.cols, "tag ranking: expected 1 to {} tags given, got {}",
          scores.cols, options.given);
  const Labels judged = judged_of(wanted, options, scores.cols);
  const auto leave_out = RankingOptions::WithoutRelevant::leave_out;
  const ClassRanking by_tag = rank_classes(
      ctx, scores, judged, {.rank = 1, .samples = options.samples, .ranking = {leave_out, {}}, .key = options.key});
  const Rankings by_picture = rank_rows(ctx, scores, wanted, {leave_out, {}});
  TagRanking out{by_tag.classes,
                 by_tag.mean_average_precision,
                 {},
                 {},
                 by_picture.number,
                 average_precisions(by_picture),
                 precisions_at(by_picture, options.given)};
  const Labels given = first_of_rows(ctx, scores, options.given);
  const auto means = [&](std::span<const std::uint32_t> copies) {
    return word_means(given, judged, copies, scores.cols);
  };
  const WordMeans own = *means(std::vector<std::uint32_t>(given.size(), 1));
  out.word_recall.value = own.recall;
  out.word_precision.value = own.precision;
  for (int s = 0; s < options.samples; ++s) {
    const auto sample = means(drawn_copies(options.key.fold(std::uint64_t(s)), scores.rows));
    if (!sample) continue;
    out.word_recall.samples.push_back(sample->recall);
    out.word_precision.samples.push_back(sample->precision);
  }
  return out;
}

}  // namespace deepboltz
