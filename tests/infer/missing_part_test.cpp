// Cases of which some lack a part, in one batch, against the same cases one by one.
#include "deepboltz/infer/missing_part.h"

#include "tests/model/random_pathways.h"
#include <gtest/gtest.h>

#include "deepboltz/infer/free_cases.h"
#include "deepboltz/infer/mean_field.h"
#include "deepboltz/model/field.h"

namespace deepboltz::testing {
namespace {

constexpr int kCases = 8;
constexpr double kLength = 2;  // of documents that are missing

class MissingParts : public ::testing::TestWithParam<int> {
 protected:
  EnergyModel model = random_machine(random_pathways(GetParam()), GetParam());
  std::vector<LayerId> parts = model.ids(Role::visible);
  Key key = Key{310}.fold(std::uint64_t(GetParam()));
  Context ctx;
  std::vector<Joint> rows;

  void SetUp() override {
    for (int r = 0; r < kCases; ++r) rows.push_back(random_case(model, key.fold(std::uint64_t(r))));
  }
  bool grouped = false;  // the cases that lack a part stand together
  std::uint8_t has(int r, std::size_t part) const {
    if (grouped) return std::uint8_t(part == 0 ? r >= 2 : part == 1 ? r < 5 : r < 3 || r >= 6);
    return std::uint8_t(((r >> part) & 1) == 0);
  }

  // Rows first … first + count − 1, with what each of them lacks.
  State cases(int first, int count) {
    State state = cases_in(ctx, model, {rows.begin() + first, rows.begin() + first + count});
    state.first_case = first;
    for (std::size_t p = 0; p < parts.size(); ++p) {
      std::vector<std::uint8_t> known;
      for (int r = first; r < first + count; ++r) known.push_back(has(r, p));
      clamp_where_known(ctx, model, parts[p], known, kLength, state);
    }
    return state;
  }
  void expect_same_rows(const State& all, const std::vector<State>& singles) {
    for (LayerId id : model.ids())
      for (int r = 0; r < kCases; ++r)
        for (std::int64_t u = 0; u < model.layer(id).units; ++u)
          EXPECT_NEAR(all.layers[at(id)].at(r, u), singles[std::size_t(r)].layers[at(id)].at(0, u), 1e-12)
              << model.layer(id).name << ", case " << r;
  }
};

INSTANTIATE_TEST_SUITE_P(Random, MissingParts, ::testing::Range(0, kPathways));

TEST_P(MissingParts, StandTogetherInTheShortestRange) {
  for (const bool together : {false, true}) {
    grouped = together;
    const State state = cases(0, kCases);
    for (std::size_t p = 0; p < parts.size(); ++p) {
      const CaseRange free = free_cases(model, parts[p], state);
      int first = 0, end = kCases;
      while (has(first, p) != 0) ++first;
      while (has(end - 1, p) != 0) --end;
      EXPECT_EQ(free.first, first);
      EXPECT_EQ(free.first + free.count, end);
    }
  }
  State state = cases(0, kCases);
  EXPECT_EQ(free_cases(model, model.ids(Role::hidden).front(), state).count, kCases);
  state.clamp(parts.front());
  EXPECT_EQ(free_cases(model, parts.front(), state).count, 0);
}

TEST_P(MissingParts, AreInferredAndDrawnInABatchAsInCasesOneByOne) {
  grouped = GetParam() % 2 == 0;
  State all = cases(0, kCases);
  std::vector<State> singles;
  for (int r = 0; r < kCases; ++r) singles.push_back(cases(r, 1));
  const auto each = [&](auto&& change) {
    change(all);
    for (State& single : singles) change(single);
    expect_same_rows(all, singles);
  };
  each([&](State& state) { bottom_up(ctx, model, state); });
  each([&](State& state) { mean_field(ctx, model, {.sweeps = 20, .tolerance = 0}, state); });
  for (int block = 0; block < model.blocks(); ++block)
    each([&](State& state) { model.sample_block(ctx, block, {}, key.fold(9).fold(std::uint64_t(block)), state); });
}

TEST_P(MissingParts, WhatIsKnownKeepsItsBitsAndDocumentsTheirLengths) {
  State state = cases(0, kCases);
  bottom_up(ctx, model, state);
  mean_field(ctx, model, {.sweeps = 3, .damping = 0.3}, state);
  for (int block = 0; block < model.blocks(); ++block) model.sample_block(ctx, block, {}, key.fold(9), state);
  for (std::size_t p = 0; p < parts.size(); ++p)
    for (int r = 0; r < kCases; ++r) {
      const std::vector<double>& x = rows[std::size_t(r)][at(parts[p])];
      double words = 0;
      for (std::size_t u = 0; u < x.size(); ++u) {
        const double now = state.layers[at(parts[p])].at(r, std::int64_t(u));
        if (has(r, p) != 0) {
          EXPECT_EQ(now, x[u]);
        }
        words += now;
      }
      if (counts(model.layer(parts[p]))) {
        EXPECT_EQ(state.lengths(parts[p])[std::size_t(r)], words);
        EXPECT_TRUE(has(r, p) != 0 || words == kLength);
      }
    }
}

TEST_P(MissingParts, EndAtTheMeansThatTheirNeighboursCallFor) {
  State state = cases(0, kCases);
  bottom_up(ctx, model, state);
  const MeanFieldInfo info = mean_field(ctx, model, {.sweeps = 20'000, .tolerance = 1e-15}, state);
  EXPECT_LT(info.change, 1e-15) << "after " << info.sweeps << " sweeps";
  for (LayerId id : model.ids()) {
    const auto part = std::ranges::find(parts, id);
    Tensor mean(model.precision(), kCases, model.layer(id).units);
    mean_layer(ctx, model, id, state, {}, mean);
    for (int r = 0; r < kCases; ++r)
      for (std::int64_t u = 0; u < mean.cols(); ++u)
        if (part == parts.end() || has(r, std::size_t(part - parts.begin())) == 0) {
          EXPECT_NEAR(mean.at(r, u), state.layers[at(id)].at(r, u), 1e-12) << model.layer(id).name;
        }
  }
}

// Whatever the case had there.
TEST_P(MissingParts, AreInferredWithoutKnowingWhatTheyWere) {
  State before = cases(0, kCases);
  for (std::size_t p = 0; p < parts.size(); ++p)
    for (int r = 0; r < kCases; ++r)
      if (has(r, p) == 0)
        rows[std::size_t(r)][at(parts[p])] = random_case(model, key.fold(100 + std::uint64_t(r)))[at(parts[p])];
  State after = cases(0, kCases);
  for (State* state : {&before, &after}) {
    bottom_up(ctx, model, *state);
    mean_field(ctx, model, {.sweeps = 20, .tolerance = 0}, *state);
  }
  for (LayerId id : model.ids())
    for (int r = 0; r < kCases; ++r)
      for (std::int64_t u = 0; u < model.layer(id).units; ++u)
        EXPECT_EQ(before.layers[at(id)].at(r, u), after.layers[at(id)].at(r, u));
}

TEST(MissingPart, ADocumentThatIsMissingNeedsALength) {
  Context ctx;
  const std::vector<Pathway> pathways{{"text", Counts{}, 3, {2}}, {"image", Bernoulli{}, 2, {}}};
  const EnergyModel model = multimodal_dbm(pathways, 2, {.precision = DType::f64});
  State state = model.make_state(ctx, 2);
  const std::uint8_t one[] = {1, 0}, wrong[] = {1};
  EXPECT_THROW(clamp_where_known(ctx, model, {0}, one, 0, state), InputError);
  EXPECT_THROW(clamp_where_known(ctx, model, {1}, wrong, 0, state), InputError);
  EXPECT_NO_THROW(clamp_where_known(ctx, model, {1}, one, 0, state));
}

}  // namespace
}  // namespace deepboltz::testing
