// Rankings by class: values by hand, samples against cases that are copied, and errors against repeated experiments.
#include "deepboltz/task/class_ranking.h"

#include <numeric>

#include "tests/io/refusal.h"
#include "tests/task/toy_machine.h"
#include <gtest/gtest.h>

namespace deepboltz {
namespace {

using testing::refusal;

struct Scored {
  Tensor scores;
  Labels labels;
};

// Cases of one or two classes, whose scores for these are higher by about `signal`.
Scored toy_cases(std::int64_t cases, std::int64_t classes, double signal, Key key) {
  Scored out{Tensor(DType::f64, cases, classes), {}};
  for (std::int64_t i = 0; i < cases; ++i) {
    std::vector<int> of{int(below(key.fold(1), std::uint64_t(i), std::uint64_t(classes)))};
    const int second = int(below(key.fold(2), std::uint64_t(i), std::uint64_t(classes)));
    if (i % 3 == 0 && second != of[0]) of.push_back(second);
    for (std::int64_t c = 0; c < classes; ++c) out.scores.set(i, c, normal(key, std::uint32_t(i), std::uint32_t(c)));
    for (int c : of) out.scores.set(i, c, out.scores.at(i, c) + signal);
    out.labels.push_back(of);
  }
  return out;
}

TEST(ClassRanking, IsWhatIsCountedByHand) {
  Context ctx;
  const Tensor scores = toy::matrix({{0.9, 0.1}, {0.5, 0.2}, {0.7, 0.2}, {0.1, 0.1}});
  const ClassRanking found = rank_classes(ctx, scores, {{0}, {0, 1}, {}, {1}}, {.rank = 2});
  // Class 0 orders 0 2 1 3, class 1 orders 1 2 0 3.
  EXPECT_NEAR(found.average_precision[0], (1 + 2.0 / 3) / 2, 1e-12);
  EXPECT_NEAR(found.average_precision[1], (1 + 2.0 / 4) / 2, 1e-12);
  EXPECT_NEAR(found.mean_average_precision.value, (5.0 / 6 + 3.0 / 4) / 2, 1e-12);
  EXPECT_NEAR(found.precision.value, 0.5, 1e-12);
  EXPECT_NEAR(found.published_precision.value, (2.0 / 3 + 1.0 / 3) / 2, 1e-12);
}

// Copies of a case beside each other have equal scores, and are ranked one after the other.
TEST(ClassRanking, OfASampleIsThatOfCopiedCases) {
  Context ctx(2);
  constexpr std::int64_t kCases = 50, kClasses = 4;
  const Scored toy = toy_cases(kCases, kClasses, 1, Key{5});
  const ClassRankingOptions options{.rank = 10, .samples = 6, .key = {9}};
  const ClassRanking found = rank_classes(ctx, toy.scores, toy.labels, options);
  for (std::size_t s = 0; s < 6; ++s) {
    const auto copies = drawn_copies(options.key.fold(s), kCases);
    EXPECT_EQ(std::accumulate(copies.begin(), copies.end(), 0u), unsigned(kCases));
    Scored copied{Tensor(DType::f64, kCases, kClasses), {}};
    for (std::int64_t i = 0; i < kCases; ++i)
      for (std::uint32_t copy = 0; copy < copies[std::size_t(i)]; ++copy) {
        for (std::int64_t c = 0; c < kClasses; ++c)
          copied.scores.set(std::int64_t(copied.labels.size()), c, toy.scores.at(i, c));
        copied.labels.push_back(toy.labels[std::size_t(i)]);
      }
    const ClassRanking own = rank_classes(ctx, copied.scores, copied.labels, {.rank = 10, .samples = 2});
    EXPECT_EQ(found.mean_average_precision.samples[s], own.mean_average_precision.value);
    EXPECT_EQ(found.precision.samples[s], own.precision.value);
    EXPECT_EQ(found.published_precision.samples[s], own.published_precision.value);
  }
}

// 300 experiments measure the deviation of a figure to 1/√600 = 4 %; the limit is 5 times that.
TEST(ClassRanking, HasTheErrorOfDrawingTheCases) {
  Context ctx(2);
  constexpr int kExperiments = 300;
  std::vector<double> values;
  double claimed = 0;
  for (int e = 0; e < kExperiments; ++e) {
    const Scored toy = toy_cases(120, 3, 1, Key{6}.fold(std::uint64_t(e)));
    const Estimate map = estimate_of(
        rank_classes(ctx, toy.scores, toy.labels, {.rank = 20, .samples = 50, .key = Key{7}.fold(std::uint64_t(e))})
            .mean_average_precision);
    values.push_back(map.value);
    claimed += map.standard_error / kExperiments;
  }
  const double deviation = mean_estimate(values).standard_error * std::sqrt(kExperiments);
  EXPECT_NEAR(claimed / deviation, 1, 0.2);
}

// What makes the cases hard for both scorers cancels.
TEST(ClassRanking, IsPairedUnderTheSameKey) {
  Context ctx;
  const Scored toy = toy_cases(100, 3, 1, Key{8});
  Tensor other = toy.scores.clone();
  for (std::int64_t i = 0; i < 100; ++i)
    for (std::int64_t c = 0; c < 3; ++c)
      other.set(i, c, other.at(i, c) + 0.05 * normal(Key{9}, std::uint32_t(i), std::uint32_t(c)));
  const ClassRankingOptions options{.rank = 10, .key = {1}};
  const ClassRanking first = rank_classes(ctx, toy.scores, toy.labels, options),
                     second = rank_classes(ctx, other, toy.labels, options);
  const Estimate none = estimate_of(difference(first.mean_average_precision, first.mean_average_precision)),
                 some = estimate_of(difference(first.mean_average_precision, second.mean_average_precision));
  EXPECT_EQ(none.value, 0);
  EXPECT_EQ(none.standard_error, 0);
  EXPECT_NEAR(some.value, first.mean_average_precision.value - second.mean_average_precision.value, 1e-15);
  EXPECT_LT(some.standard_error, estimate_of(first.mean_average_precision).standard_error / 3);
}

TEST(ClassRanking, DoesNotDependOnThreads) {
  const Scored toy = toy_cases(150, 5, 0.5, Key{10});
  Context one(1), three(3);
  const ClassRankingOptions options{.rank = 10, .key = {2}};
  EXPECT_EQ(rank_classes(one, toy.scores, toy.labels, options).mean_average_precision.samples,
            rank_classes(three, toy.scores, toy.labels, options).mean_average_precision.samples);
}

TEST(ClassRanking, RefusesWhatDoesNotFit) {
  Context ctx;
  const Tensor scores = toy::matrix({{1, 2}, {2, 1}, {3, 3}});
  EXPECT_EQ(refusal([&] { rank_classes(ctx, scores, {{0}}, {}); }),
            "class ranking: the scores of 3 cases, but the labels of 1");
  EXPECT_EQ(refusal([&] {
              rank_classes(ctx, scores, {{0}, {0}, {0}}, {.rank = 1});
            }),
            "ranking 1: expected at least one relevant item, got none");
  EXPECT_EQ(refusal([&] {
              rank_classes(ctx, scores, {{0}, {1}, {0}}, {.rank = 3});
            }),
            "ranking: expected a rank of 1 to 2, got 3");
}

}  // namespace
}  // namespace deepboltz
