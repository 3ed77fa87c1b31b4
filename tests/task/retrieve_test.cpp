// Retrieval against what can be counted by hand, and against codes whose ranks are known.
#include "deepboltz/task/retrieve.h"

#include "tests/io/refusal.h"
#include "tests/task/toy_machine.h"
#include <gtest/gtest.h>

namespace deepboltz {
namespace {

using testing::refusal;

// Angles of stored codes from the query at 0°: 10°, 20°, … in another order, and lengths that must not matter.
TEST(Retrieval, IsWhatIsCountedByHand) {
  Context ctx;
  const auto at = [](double degrees, double length) {
    return std::vector<double>{length * std::cos(degrees / 57.29577951), length * std::sin(degrees / 57.29577951)};
  };
  for (DType dtype : {DType::f64, DType::f32}) {
    const Tensor stored = toy::matrix({at(40, 3), at(10, 0.1), at(30, 1), at(20, 7), at(50, 1)}, dtype),
                 queries = toy::matrix({at(0, 2), at(0, 1), at(60, 1), at(0, 1)}, dtype);
    // By rank from 0°: cases 1, 3, 2, 0, 4; from 60°: the other way round.
    const std::vector<std::vector<int>> labels{{7}, {2}, {7, 3}, {3}, {}}, wanted{{7}, {2, 3}, {3}, {9}};
    const Retrieval found =
        retrieve(ctx, {queries, wanted}, {stored, labels}, {.recalls = {0.4, 0.6, 1}, .ranks = {1, 3}});
    EXPECT_EQ(found.queries, 3);  // nothing has the last one's label
    // Ranks of what is found: {3, 4}, {1, 2, 3}, {3, 4}.
    const double average[] = {(1.0 / 3 + 2.0 / 4) / 2, 1, (1.0 / 3 + 2.0 / 4) / 2};
    EXPECT_NEAR(found.average_precision.value, (average[0] + average[1] + average[2]) / 3, 1e-12);
    EXPECT_NEAR(found.at_recall[0].value, (1.0 / 3 + 2.0 / 2 + 1.0 / 3) / 3, 1e-12);
    EXPECT_NEAR(found.at_recall[1].value, (2.0 / 4 + 2.0 / 2 + 2.0 / 4) / 3, 1e-12);
    EXPECT_NEAR(found.at_recall[2].value, (2.0 / 4 + 3.0 / 3 + 2.0 / 4) / 3, 1e-12);
    EXPECT_NEAR(found.at_rank[0].value, (0 + 1 + 0) / 3.0, 1e-12);
    EXPECT_NEAR(found.at_rank[1].value, (1.0 / 3 + 1 + 1.0 / 3) / 3, 1e-12);
    EXPECT_GT(found.at_rank[1].standard_error, 0);
  }
}

// Codes that say nothing find a label as often as it is there, at every recall but the least.
TEST(Retrieval, OfCodesThatSayNothingIsTheShareOfTheLabel) {
  constexpr std::int64_t kStored = 4'000, kQueries = 400;
  Context ctx;
  const auto noise = [](std::int64_t rows, Key key) {
    Tensor codes(DType::f32, rows, 20);
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t j = 0; j < 20; ++j) codes.set(r, j, normal(key, std::uint32_t(r), std::uint32_t(j)));
    return codes;
  };
  std::vector<std::vector<int>> labels, wanted(kQueries, {1});
  for (std::int64_t r = 0; r < kStored; ++r) labels.push_back({r % 4 == 0 ? 1 : 0});
  const Tensor stored = noise(kStored, Key{1}), queries = noise(kQueries, Key{2});
  const Retrieval found =
      retrieve(ctx, {queries, wanted}, {stored, labels}, {.recalls = {0.1, 0.5, 1}, .ranks = {1'000}});
  for (const Estimate& precision : {found.average_precision, found.at_recall[0], found.at_recall[1], found.at_rank[0]})
    EXPECT_NEAR(precision.value, 0.25,
                5 * precision.standard_error + 1e-3);  // 1/√1000 of a quarter, biased by ~1/100 of it
  EXPECT_NEAR(found.at_recall[2].value, 0.25, 0.001);
}

BinaryCodes codes_of(const std::vector<std::string>& texts) {
  BinaryCodes codes(std::int64_t(texts.size()), std::int64_t(texts[0].size()));
  for (std::size_t c = 0; c < texts.size(); ++c)
    for (std::size_t i = 0; i < texts[c].size(); ++i)
      if (texts[c][i] == '1') codes.set(std::int64_t(c), int(i));
  return codes;
}

// S9 of the specification: by distance from 101100 the order is 0 1 2 3 5 4, of which 0, 2, 3, 5 are to be found.
TEST(Retrieval, RanksBinaryCodesByDistanceThenNumber) {
  Context ctx;
  const BinaryCodes stored = codes_of({"101100", "101101", "001100", "111100", "010011", "101000"}),
                    queries = codes_of({"101100", "101100"});
  const std::vector<std::vector<int>> labels{{1}, {0}, {1}, {1}, {0}, {1}}, wanted{{1}, {1}};
  const Retrieval found =
      retrieve(ctx, BinaryCoded{queries, wanted}, BinaryCoded{stored, labels}, {.recalls = {0.5}, .ranks = {1, 2, 5}});
  EXPECT_NEAR(found.average_precision.value, 0.804166666667, 5e-13);
  EXPECT_NEAR(found.at_recall[0].value, 2.0 / 3, 1e-12);
  EXPECT_NEAR(found.at_rank[0].value, 1, 1e-12);
  EXPECT_NEAR(found.at_rank[1].value, 0.5, 1e-12);
  EXPECT_NEAR(found.at_rank[2].value, 0.8, 1e-12);
}

// Numbers −1 and 1 have the cosine 1 − 2·distance/bits: with 64 bits it is exact, and the two rankings are one.
TEST(Retrieval, OfBinaryCodesIsThatOfTheirSigns) {
  Context ctx(3);
  constexpr std::int64_t kCases = 300;
  BinaryCodes codes(kCases, 64);
  Tensor signs(DType::f64, kCases, 64);
  std::vector<std::vector<int>> labels;
  for (std::int64_t c = 0; c < kCases; ++c) {
    labels.push_back({int(c % 5)});
    for (int i = 0; i < 64; ++i) {
      const bool on = uniform(Key{3}, std::uint32_t(c), std::uint32_t(i)) < (i % 5 == c % 5 ? 0.9 : 0.5);
      if (on) codes.set(c, i);
      signs.set(c, i, on ? 1 : -1);
    }
  }
  for (const bool among : {true, false}) {
    const RetrieveOptions options{.among_themselves = among};
    const Retrieval hashed = retrieve(ctx, BinaryCoded{codes, labels}, BinaryCoded{codes, labels}, options),
                    by_cosine = retrieve(ctx, Coded{signs, labels}, Coded{signs, labels}, options);
    EXPECT_EQ(hashed.average_precision.value, by_cosine.average_precision.value);
    EXPECT_EQ(hashed.at_rank[0].value == 1, !among) << "a query ranks itself first, unless it is left out";
    for (std::size_t i = 0; i < hashed.at_rank.size(); ++i)
      EXPECT_EQ(hashed.at_rank[i].value, by_cosine.at_rank[i].value);
  }
}

TEST(Retrieval, DoesNotDependOnThreads) {
  const std::vector<std::vector<int>> labels{{1}, {0}, {1}, {0}}, wanted{{1}, {0}};
  const Tensor stored = toy::matrix({{1, 2}, {2, 1}, {1, 2}, {0, 0}}), queries = toy::matrix({{1, 1}, {3, 1}});
  Context one(1), three(3);
  EXPECT_EQ(retrieve(one, {queries, wanted}, {stored, labels}, {}).average_precision.value,
            retrieve(three, {queries, wanted}, {stored, labels}, {}).average_precision.value);
}

TEST(Retrieval, RefusesWhatDoesNotFit) {
  Context ctx;
  const std::vector<std::vector<int>> two{{1}, {0}}, none{{}, {}}, three{{1}, {0}, {1}};
  const Tensor codes = toy::matrix({{1, 2}, {2, 1}}), wide = toy::matrix({{1, 2, 3}, {1, 2, 3}});
  EXPECT_NE(refusal([&] { retrieve(ctx, {wide, two}, {codes, two}, {}); }).find("codes of 2"), std::string::npos);
  EXPECT_NE(refusal([&] { retrieve(ctx, {codes, three}, {codes, two}, {}); }).find("labels of 3"), std::string::npos);
  EXPECT_NE(refusal([&] { retrieve(ctx, {codes, none}, {codes, two}, {}); }).find("at least 2"), std::string::npos);
  EXPECT_NE(refusal([&] {
              retrieve(ctx, {codes, two}, {codes, two}, {.recalls = {0}});
            }).find("recalls"),
            std::string::npos);
  EXPECT_NE(refusal([&] {
              retrieve(ctx, {toy::matrix({{1, 2}}), {{1}}}, {codes, two}, {.among_themselves = true});
            }).find("expected 2 queries"),
            std::string::npos);
}

}  // namespace
}  // namespace deepboltz
