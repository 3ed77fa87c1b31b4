// Scores of rankings: against the specification's numbers, and against plain loops that count every prefix.
#include "deepboltz/task/ranking.h"

#include "tests/io/refusal.h"
#include "tests/task/toy_machine.h"
#include <gtest/gtest.h>

#include "deepboltz/task/retrieve.h"

namespace deepboltz {
namespace {

using testing::refusal;

// T6 of the specification.
TEST(Ranking, HasTheScoresOfTheSpecification) {
  Context ctx;
  const Tensor scores = toy::matrix({{0.9, 0.8, 0.8, 0.7, 0.6, 0.5}});
  const Relevance relevance{{1, 3, 5}};
  const Rankings rankings = rank_rows(ctx, scores, relevance);
  EXPECT_NEAR(average_precisions(rankings)[0], 0.5, 1e-12);
  const double precision[] = {0, 1.0 / 2, 1.0 / 3, 2.0 / 4, 2.0 / 5, 3.0 / 6};
  for (std::int64_t rank = 1; rank <= 6; ++rank)
    EXPECT_NEAR(precisions_at(rankings, rank)[0], precision[rank - 1], 1e-12);
  EXPECT_NEAR(published_precisions_at(rankings, 3)[0], 0.5, 1e-12);
}

// By hand: 4 relevant items at ranks 2, 3, 4 and 8 have the precisions 1/2, 2/3, 3/4 and 4/8.
TEST(Ranking, InterpolatedPrecisionIsTheGreatestFromThereOn) {
  const std::vector<std::int64_t> ranks{2, 3, 4, 8};
  for (const double recall : {0.0, 0.25, 0.5, 0.75}) EXPECT_NEAR(interpolated_precision(ranks, recall), 0.75, 1e-12);
  for (const double recall : {0.76, 1.0}) EXPECT_NEAR(interpolated_precision(ranks, recall), 0.5, 1e-12);
  const std::vector<std::int64_t> ten{1, 2, 3, 4, 5, 6, 7, 9, 10, 11};
  EXPECT_EQ(interpolated_precision(ten, 0.7), 1);  // 0.7 · 10 is above 7 in doubles
  const std::vector<double> recalls = eleven_recalls();
  EXPECT_EQ(recalls.size(), 11u);
  EXPECT_EQ(recalls.front(), 0);
  EXPECT_EQ(recalls.back(), 1);
}

TEST(Ranking, InterpolatedPrecisionNeverRisesAndIsNeverBelowThatAtTheRecall) {
  Context ctx;
  Tensor scores(DType::f64, 30, 50);
  Relevance relevance(30);
  for (std::int64_t r = 0; r < 30; ++r)
    for (std::int64_t i = 0; i < 50; ++i) {
      scores.set(r, i, uniform(Key{7}, std::uint32_t(r), std::uint32_t(i)));
      if (i == r || uniform(Key{8}, std::uint32_t(r), std::uint32_t(i)) < 0.2f)
        relevance[std::size_t(r)].push_back(int(i));
    }
  const Rankings rankings = rank_rows(ctx, scores, relevance);
  std::vector<double> before(30, 1.0);
  for (const double recall : eleven_recalls()) {
    const std::vector<double> here = interpolated_precisions(rankings, recall);
    for (std::size_t r = 0; r < here.size(); ++r) {
      EXPECT_LE(here[r], before[r]);
      if (recall > 0) {
        EXPECT_GE(here[r], precision_at_recall(rankings.ranks[r], recall));
      }
    }
    before = here;
  }
  EXPECT_EQ(testing::refusal([&] { interpolated_precisions(rankings, 1.5); }),
            "ranking: expected a recall of 0 to 1, got 1.5");
}

// (rows, cols) of few values, so that many scores are equal.
Tensor coarse_scores(std::int64_t rows, std::int64_t cols, Key key, DType dtype = DType::f64) {
  Tensor scores(dtype, rows, cols);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < cols; ++c)
      scores.set(r, c, double(random_word(key, std::uint32_t(r), std::uint32_t(c)) % 7) / 4);
  return scores;
}

Relevance random_relevance(std::int64_t rankings, std::int64_t items, Key key) {
  Relevance relevance(static_cast<std::size_t>(rankings));
  for (std::int64_t r = 0; r < rankings; ++r)
    for (std::int64_t i = items - 1; i >= 0; --i)
      if (i == r || uniform(key, std::uint32_t(r), std::uint32_t(i)) < 0.2f)
        relevance[std::size_t(r)].push_back(int(i));
  return relevance;
}

Tensor transposed(const Tensor& x) {
  Tensor out(x.dtype(), x.cols(), x.rows());
  for (std::int64_t r = 0; r < x.rows(); ++r)
    for (std::int64_t c = 0; c < x.cols(); ++c) out.set(c, r, x.at(r, c));
  return out;
}

// The place of an item is the number of those that are not behind it.
TEST(Ranking, IsWhatAPlainLoopCounts) {
  Context ctx(2);
  constexpr std::int64_t kRankings = 40, kItems = 60;
  for (DType dtype : {DType::f64, DType::f32}) {
    const Tensor scores = coarse_scores(kRankings, kItems, Key{1}, dtype), columns = transposed(scores);
    const Relevance relevance = random_relevance(kRankings, kItems, Key{2});
    const Rankings by_row = rank_rows(ctx, scores, relevance), by_column = rank_columns(ctx, columns, relevance);
    EXPECT_EQ(by_row.ranks, by_column.ranks);
    const auto average = average_precisions(by_row), at_ten = precisions_at(by_row, 10),
               published = published_precisions_at(by_row, 10), at_half = precisions_at_recall(by_row, 0.5);
    for (std::int64_t r = 0; r < kRankings; ++r) {
      const auto not_behind = [&](std::int64_t a, std::int64_t b) {
        return scores.at(r, a) > scores.at(r, b) || (scores.at(r, a) == scores.at(r, b) && a <= b);
      };
      const std::size_t wanted = relevance[std::size_t(r)].size();
      double sum = 0, in_ten = 0, in_eleven = 0, with_half = 0;
      for (int item : relevance[std::size_t(r)]) {
        std::int64_t place = 0, relevant = 0;
        for (std::int64_t other = 0; other < kItems; ++other) place += not_behind(other, item);
        for (int other : relevance[std::size_t(r)]) relevant += not_behind(other, item);
        sum += double(relevant) / double(place);
        in_ten += place <= 10;
        in_eleven += place <= 11;
        if (relevant == std::int64_t(wanted + 1) / 2) with_half = double(relevant) / double(place);
      }
      EXPECT_NEAR(average[std::size_t(r)], sum / double(wanted), 1e-12);
      EXPECT_NEAR(at_half[std::size_t(r)], with_half, 1e-12);
      EXPECT_NEAR(at_ten[std::size_t(r)], in_ten / 10, 1e-12);
      EXPECT_NEAR(published[std::size_t(r)], in_eleven / 11, 1e-12);
    }
  }
}

TEST(Ranking, OrdersEqualScoresByNumber) {
  Context ctx;
  const Tensor scores(DType::f32, 1, 500);
  const Rankings rankings = rank_rows(ctx, scores, {{499, 7, 0, 250}});
  EXPECT_EQ(rankings.ranks[0], (std::vector<std::int64_t>{1, 8, 251, 500}));
}

// A query's row of cosines ranks as the query itself does.
TEST(Ranking, OfCosinesIsRetrieval) {
  Context ctx;
  constexpr std::int64_t kQueries = 30, kStored = 80;
  Tensor queries(DType::f64, kQueries, 4), stored(DType::f64, kStored, 4), cosines(DType::f64, kQueries, kStored);
  Labels wanted, labels;
  for (std::int64_t r = 0; r < kStored; ++r) {
    labels.push_back({int(r % 3), 3 + int(r % 5)});
    for (std::int64_t j = 0; j < 4; ++j) stored.set(r, j, normal(Key{1}, std::uint32_t(r), std::uint32_t(j)));
  }
  for (std::int64_t r = 0; r < kQueries; ++r) {
    wanted.push_back(r % 2 ? std::vector<int>{int(r % 8)} : std::vector<int>{int(r % 3), 5, 99});
    for (std::int64_t j = 0; j < 4; ++j) queries.set(r, j, normal(Key{2}, std::uint32_t(r), std::uint32_t(j)));
    for (std::int64_t c = 0; c < kStored; ++c) {
      double dot = 0, own = 0;
      for (std::int64_t j = 0; j < 4; ++j) {
        dot += queries.at(r, j) * stored.at(c, j);
        own += stored.at(c, j) * stored.at(c, j);
      }
      cosines.set(r, c, dot / std::sqrt(own));
    }
  }
  const Retrieval found = retrieve(ctx, {queries, wanted}, {stored, labels}, {.ranks = {10}});
  const Rankings rankings = rank_rows(ctx, cosines, sharing_labels(wanted, labels));
  const Estimate map = mean_estimate(average_precisions(rankings)), at_ten = mean_estimate(precisions_at(rankings, 10));
  EXPECT_NEAR(map.value, found.average_precision.value, 1e-12);
  EXPECT_NEAR(map.standard_error, found.average_precision.standard_error, 1e-12);
  EXPECT_NEAR(at_ten.value, found.at_rank[0].value, 1e-12);
}

TEST(Ranking, LeavesOutOrRefusesWhatHasNothingRelevant) {
  Context ctx;
  const Tensor scores = toy::matrix({{1, 2, 3}, {3, 2, 1}});
  const Relevance relevance = cases_of_classes({{0}, {2, 0}}, 3);
  EXPECT_EQ(relevance, (Relevance{{0, 1}, {}, {1}}));
  const std::vector<std::string> names{"art", "biology", "history"};
  EXPECT_EQ(refusal([&] { rank_columns(ctx, scores, relevance, {.names = names}); }),
            "ranking 'biology': expected at least one relevant item, got none");
  const Rankings left = rank_columns(ctx, scores, relevance, {RankingOptions::WithoutRelevant::leave_out, names});
  EXPECT_EQ(left.number, (std::vector<std::int64_t>{0, 2}));
  EXPECT_EQ(left.ranks[1], (std::vector<std::int64_t>{2}));
}

TEST(Ranking, DoesNotDependOnThreads) {
  const Tensor scores = coarse_scores(300, 200, Key{3});
  const Relevance relevance = random_relevance(300, 200, Key{4});
  Context one(1), three(3);
  EXPECT_EQ(rank_rows(one, scores, relevance).ranks, rank_rows(three, scores, relevance).ranks);
}

TEST(Ranking, RefusesWhatDoesNotFit) {
  Context ctx;
  const Tensor scores = toy::matrix({{1, 2, 3}, {1, std::nan(""), 3}});
  EXPECT_EQ(refusal([&] { rank_rows(ctx, scores, {{0}}); }), "ranking: expected 2 lists of relevant items, got 1");
  EXPECT_EQ(refusal([&] {
              rank_rows(ctx, scores, {{0}, {3}});
            }),
            "ranking 1: expected relevant items of 0 to 2, got 3");
  EXPECT_EQ(refusal([&] { rank_rows(ctx, scores, {{0}, {1, 1}}); }), "ranking 1: item 1 is relevant twice");
  EXPECT_EQ(refusal([&] { rank_rows(ctx, scores, {{0}, {1}}); }), "ranking 1: the score of item 1 is not a number");
  EXPECT_EQ(refusal([&] { cases_of_classes({{0}, {4}}, 3); }), "labels: case 1: expected classes of 0 to 2, got 4");
  const Rankings rankings = rank_columns(ctx, toy::matrix({{1}, {2}, {3}}), {{1}});
  EXPECT_EQ(refusal([&] { precisions_at(rankings, 4); }), "ranking: expected a rank of 1 to 3, got 4");
  EXPECT_EQ(refusal([&] { precisions_at_recall(rankings, 0); }), "ranking: expected a recall above 0 to 1, got 0");
  EXPECT_EQ(refusal([&] { published_precisions_at(rankings, 3); }), "ranking: expected a rank of 1 to 2, got 3");
}

}  // namespace
}  // namespace deepboltz
