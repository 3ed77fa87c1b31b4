#include "deepboltz/task/retrieve.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "deepboltz/kernel/hamming.h"
#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {
namespace {

// Rows of length one; rows of zeros stay.
Tensor unit_rows(Context& ctx, ConstMatrix codes) {
  Tensor out(codes.dtype, codes.rows, codes.cols);
  visit_real(codes.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, codes.rows, codes.cols, [&](std::int64_t r) {
      const Real* row = codes.as<Real>().row(r);
      double squares = 0;
      for (std::int64_t j = 0; j < codes.cols; ++j) squares += double(row[j]) * double(row[j]);
      for (std::int64_t j = 0; j < codes.cols; ++j)
        out.as<Real>()(r, j) = squares > 0 ? Real(double(row[j]) / std::sqrt(squares)) : Real(0);
    });
  });
  return out;
}

// What one query finds. nearer(a, b): whether case a comes before case b; `itself`: a case that has no rank.
template <class Nearer>
std::vector<std::int64_t> found_ranks(const std::vector<int>& wanted, const Labels& labels,
                                      std::optional<std::size_t> itself, Nearer&& nearer) {
  std::vector<std::uint32_t> cases(labels.size());
  std::iota(cases.begin(), cases.end(), 0u);
  if (itself) cases.erase(cases.begin() + std::ptrdiff_t(*itself));
  return relevant_ranks(ranked(std::move(cases), nearer), [&](std::uint32_t c) {
    return std::ranges::find_first_of(labels[c], wanted) != labels[c].end();
  });
}

std::optional<std::size_t> itself_of(std::size_t query, const RetrieveOptions& options) {
  return options.among_themselves ? std::optional(query) : std::nullopt;
}

struct Side {  // queries, or stored cases
  std::int64_t cases, width;
  const Labels& labels;
};

void require_valid(const Side& queries, const Side& stored, const RetrieveOptions& options) {
  for (const Side& side : {queries, stored}) {
    require(side.width == stored.width, "retrieval: expected codes of {} numbers, got {}", stored.width, side.width);
    require(std::int64_t(side.labels.size()) == side.cases, "retrieval: {} codes, but the labels of {} cases",
            side.cases, side.labels.size());
  }
  require(!options.among_themselves || queries.cases == stored.cases,
          "retrieval: expected {} queries, one for each stored case, got {}", stored.cases, queries.cases);
  for (double recall : options.recalls)
    require(recall > 0 && recall <= 1, "retrieval: expected recalls above 0 to 1, got {}", recall);
  for (std::int64_t rank : options.ranks) require(rank >= 1, "retrieval: expected ranks from 1, got {}", rank);
}

constexpr std::int64_t kAtOnce = 200;  // queries

// Calls rank(first, count) for some queries after the other; it sets ranks[first] … ranks[first + count − 1].
template <class Rank> void for_some_queries(std::int64_t queries, const RetrieveOptions& options, Rank&& rank) {
  for (std::int64_t first = 0; first < queries; first += kAtOnce) {
    if (!proceed(options.report, {"retrieve", first, queries, ""})) throw Interrupted("retrieval: stopped");
    rank(first, std::min(kAtOnce, queries - first));
  }
}

// Columns of numbers, a row a query that found something.
struct Scores {
  std::vector<double> average;
  std::vector<std::vector<double>> at_recall, at_rank;
};

void add_query(const std::vector<std::int64_t>& ranks, const RetrieveOptions& options, Scores& scores) {
  scores.average.push_back(average_precision(ranks));
  for (std::size_t i = 0; i < options.recalls.size(); ++i)
    scores.at_recall[i].push_back(precision_at_recall(ranks, options.recalls[i]));
  for (std::size_t i = 0; i < options.ranks.size(); ++i)
    scores.at_rank[i].push_back(precision_at(ranks, options.ranks[i]));
}

using Ranks = std::vector<std::vector<std::int64_t>>;  // of what each query finds

Retrieval scored(const Ranks& ranks, const RetrieveOptions& options) {
  Scores scores{{},
                std::vector<std::vector<double>>(options.recalls.size()),
                std::vector<std::vector<double>>(options.ranks.size())};
  for (const auto& of_query : ranks)
    if (!of_query.empty()) add_query(of_query, options, scores);
  require(scores.average.size() >= 2,
          "retrieval: expected at least 2 queries that share a label with a stored case, got {}",
          scores.average.size());
  Retrieval out{.queries = std::int64_t(scores.average.size()), .average_precision = mean_estimate(scores.average)};
  for (const auto& column : scores.at_recall) out.at_recall.push_back(mean_estimate(column));
  for (const auto& column : scores.at_rank) out.at_rank.push_back(mean_estimate(column));
  return out;
}

}  // namespace

Retrieval retrieve(Context& ctx, const Coded& queries, const Coded& stored, const RetrieveOptions& options) {
  require_valid({queries.codes.rows, queries.codes.cols, queries.labels},
                {stored.codes.rows, stored.codes.cols, stored.labels}, options);
  const Tensor to_find = unit_rows(ctx, stored.codes), asked = unit_rows(ctx, queries.codes);
  Tensor cosine(asked.dtype(), std::min(kAtOnce, asked.rows()), to_find.rows());
  Ranks ranks(static_cast<std::size_t>(asked.rows()));
  for_some_queries(asked.rows(), options, [&](std::int64_t first, std::int64_t count) {
    const Matrix here = cosine.view().slice(0, count);
    multiply(ctx, 1, asked.view().slice(first, count), Transpose::no, to_find, Transpose::yes, 0, here);
    visit_real(here.dtype, [&](auto real) {
      for_rows(ctx, count, here.cols, [&](std::int64_t r) {
        const std::size_t query = std::size_t(first + r);
        const auto* row = here.as<decltype(real)>().row(r);
        ranks[query] = found_ranks(queries.labels[query], stored.labels, itself_of(query, options),
                                   [row](std::uint32_t a, std::uint32_t b) { return row[a] > row[b]; });
      });
    });
  });
  return scored(ranks, options);
}

Retrieval retrieve(Context& ctx, const BinaryCoded& queries, const BinaryCoded& stored,
                   const RetrieveOptions& options) {
  require_valid({queries.codes.cases(), queries.codes.bits(), queries.labels},
                {stored.codes.cases(), stored.codes.bits(), stored.labels}, options);
  Ranks ranks(static_cast<std::size_t>(queries.codes.cases()));
  for_some_queries(queries.codes.cases(), options, [&](std::int64_t first, std::int64_t count) {
    for_rows(ctx, count, stored.codes.cases(), [&](std::int64_t r) {
      const std::size_t query = std::size_t(first + r);
      std::vector<std::uint16_t> distance(static_cast<std::size_t>(stored.codes.cases()));
      hamming_distances(queries.codes.code(first + r), stored.codes.code(0), stored.codes.words(), distance);
      ranks[query] = found_ranks(queries.labels[query], stored.labels, itself_of(query, options),
                                 [&](std::uint32_t a, std::uint32_t b) { return distance[a] < distance[b]; });
    });
  });
  return scored(ranks, options);
}

}  // namespace deepboltz
