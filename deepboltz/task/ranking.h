// How well scores rank what is relevant. A ranking orders its items by score, the largest first; equal scores are
// ordered by number. It is judged by the ranks, from 1 and ascending, of its relevant items:
//
//   precision at a rank      relevant items up to it / rank
//   precision at a recall    that of the rank at which ⌈recall·R⌉ of the R relevant items have been found
//   interpolated precision   at a recall: the greatest precision at that recall or a higher one, which does not rise
//   with
//                            recall (Manning, Raghavan & Schütze 2008, §8.4)
//   average precision        the mean over the R relevant items of the precision at their ranks
//
// A query ranks stored cases, a picture its tags: a row of scores is a ranking. A class ranks cases: a column is one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "deepboltz/estimate/estimate.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

// The items in their order. before(a, b): whether item a comes before item b.
template <class Before> std::vector<std::uint32_t> ranked(std::vector<std::uint32_t> items, Before&& before) {
  std::ranges::sort(items, [&](std::uint32_t a, std::uint32_t b) { return before(a, b) || (!before(b, a) && a < b); });
  return items;
}

// The ranks of the relevant ones among items in their order.
template <class Relevant>
std::vector<std::int64_t> relevant_ranks(std::span<const std::uint32_t> order, Relevant&& relevant) {
  std::vector<std::int64_t> ranks;
  for (std::size_t i = 0; i < order.size(); ++i)
    if (relevant(order[i])) ranks.push_back(std::int64_t(i) + 1);
  return ranks;
}

// ranks: at least one, except for precision_at.
double average_precision(std::span<const std::int64_t> ranks);
double precision_at(std::span<const std::int64_t> ranks, std::int64_t rank);
double precision_at_recall(std::span<const std::int64_t> ranks, double recall);     // in (0, 1]
double interpolated_precision(std::span<const std::int64_t> ranks, double recall);  // in [0, 1]

// What the published scorer of multimodal machines (Srivastava & Salakhutdinov 2012) calls the precision at a rank: it
// reads element [rank] of an array that begins with [0], which is the precision one rank later.
double published_precision_at(std::span<const std::int64_t> ranks, std::int64_t rank);

using Labels = std::vector<std::vector<int>>;     // a case: its classes, any number of them
using Relevance = std::vector<std::vector<int>>;  // a ranking: its relevant items, in any order

// Relevant to a query are the stored cases that share a label with it.
Relevance sharing_labels(const Labels& queries, const Labels& stored);
// Relevant to a class are its cases.    InputError: a label that is not in 0 … classes − 1
Relevance cases_of_classes(const Labels& labels, int classes);

struct RankingOptions {
  enum class WithoutRelevant : std::uint8_t { refuse, leave_out };

  WithoutRelevant without_relevant = WithoutRelevant::refuse;  // a ranking without any relevant item
  std::vector<std::string> names = {};                         // of the rankings, for messages; empty: their numbers
};

// The rankings that have relevant items, ascending, and the ranks of these.
struct Rankings {
  std::int64_t items = 0;  // in each
  std::vector<std::int64_t> number = {};
  std::vector<std::vector<std::int64_t>> ranks = {};
};

// InputError: relevance that is not one list a ranking, relevant items that do not exist or come twice, a score that is
// not a number; refuse: a ranking without relevant items, by name.    scores: f32 or f64
Rankings rank_rows(Context& ctx, ConstMatrix scores, const Relevance& relevance, const RankingOptions& options = {});
Rankings rank_columns(Context& ctx, ConstMatrix scores, const Relevance& relevance, const RankingOptions& options = {});

// The items of one ranking in their order.    scores: f32 or f64, without NaN
std::vector<std::uint32_t> row_order(ConstMatrix scores, std::int64_t row);
std::vector<std::uint32_t> column_order(ConstMatrix scores, std::int64_t column);

// The recalls of a curve of eleven points: 0, 0.1, …, 1.
std::vector<double> eleven_recalls();

// A number a ranking.    1 ≤ rank ≤ items; published: rank < items; recall in (0, 1], interpolated in [0, 1]
std::vector<double> average_precisions(const Rankings& rankings);
std::vector<double> precisions_at(const Rankings& rankings, std::int64_t rank);
std::vector<double> precisions_at_recall(const Rankings& rankings, double recall);
std::vector<double> interpolated_precisions(const Rankings& rankings, double recall);
std::vector<double> published_precisions_at(const Rankings& rankings, std::int64_t rank);

}  // namespace deepboltz
