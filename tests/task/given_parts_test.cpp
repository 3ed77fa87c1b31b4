// Questions to machines of several parts: what is not given is not looked at.
#include "deepboltz/task/given_parts.h"

#include <cstring>

#include <gtest/gtest.h>

#include "deepboltz/data/tagged_strokes.h"
#include "deepboltz/model/build.h"
#include "deepboltz/task/part_draws.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kCases = 7;
constexpr double kWords = 4;  // of a document that is missing

class GivenPictures : public ::testing::TestWithParam<Absent> {
 protected:
  GivenPictures() {
    const std::vector<Pathway> pathways{{"image", Bernoulli{}, 784, {12}}, {"text", Counts{}, 17, {6}}};
    model = multimodal_dbm(pathways, 5, {});
    initialise_weights(model, 0.3, {1});
    cases = tagged_strokes(ctx, kCases, {2});
    for (Column& column : cases.columns)
      if (column.name == "text") column.meaning.words = kWords;
    given = {.names = {"image"}, .absent = GetParam(), .lengths = {{"text", kWords}}};
  }
  // The same pictures with other words: `words` of each kind in each case.
  Cases with_words(int words) const {
    auto other = std::make_shared<SparseRows>();
    other->cols = 17;
    for (std::int64_t r = 0; r < kCases; ++r) {
      for (std::uint32_t k = 0; k < 17 && words > 0; k += 2) {
        other->column.push_back(k);
        other->value.push_back(float(words));
      }
      other->end_row();
    }
    Cases changed = cases;
    for (Column& column : changed.columns)
      if (column.name == "text") column.x = other;
    return changed;
  }
  std::vector<Cases> others() const {
    std::vector<Cases> all{with_words(0), with_words(1), with_words(9)};
    all.push_back(cases);
    std::erase_if(all.back().columns, [](const Column& column) { return column.name == "text"; });
    all.push_back(cases);
    for (Column& column : all.back().columns)
      if (column.name == "text") column.known.assign(kCases, 0);
    return all;
  }
  static void expect_same(const Tensor& a, const Tensor& b) {
    ASSERT_EQ(a.bytes(), b.bytes());
    EXPECT_EQ(std::memcmp(a.data(), b.data(), a.bytes()), 0);
  }

  Context ctx;
  EnergyModel model{DType::f32};
  Cases cases;
  GivenParts given;
};

INSTANTIATE_TEST_SUITE_P(Choices, GivenPictures, ::testing::Values(Absent::inferred, Absent::empty));

TEST_P(GivenPictures, AreAnsweredWithoutAWordOfTheirTexts) {
  const std::vector<LayerId> asked = model.ids();
  const auto answer = means_given(ctx, model, cases, given, asked);
  for (const Cases& other : others()) {
    const auto same = means_given(ctx, model, other, given, asked);
    for (std::size_t l = 0; l < asked.size(); ++l) expect_same(answer[l], same[l]);
  }
  const auto told = means_given(ctx, model, cases, {}, asked),
             told_other = means_given(ctx, model, others()[1], {}, asked);
  EXPECT_NE(std::memcmp(told.back().data(), told_other.back().data(), told.back().bytes()), 0);
}

TEST_P(GivenPictures, DrawTextsWithoutAWordOfTheirOwn) {
  const LayerId text = *model.find("text"), joint = *model.find("joint");
  const std::vector<LayerId> wanted{text, joint};
  const PartDrawOptions options{.burn_in = 3, .frames = 2, .sweeps_between = 2, .key = {5}};
  const PartDraws drawn = draw_parts(ctx, model, cases, kCases, given, wanted, options);
  for (std::int64_t r = 0; r < kCases; ++r) {
    double words = 0;
    for (std::int64_t k = 0; k < 17; ++k) words += drawn.sample.back()[0].at(r, k);
    EXPECT_EQ(words, GetParam() == Absent::inferred ? kWords : 0);
  }
  for (const Cases& other : others()) {
    const PartDraws same = draw_parts(ctx, model, other, kCases, given, wanted, options);
    for (std::size_t f = 0; f < 2; ++f)
      for (std::size_t l = 0; l < wanted.size(); ++l) {
        expect_same(drawn.mean[f][l], same.mean[f][l]);
        expect_same(drawn.sample[f][l], same.sample[f][l]);
      }
  }
}

// Cases 1, 3 and 5 have no text, whatever stands in its place; all that there is is given.
TEST_P(GivenPictures, WhatACaseLacksIsNotLookedAt) {
  const std::vector<LayerId> asked = model.ids();
  std::vector<std::vector<Tensor>> answers;
  for (const int words : {1, 9}) {
    Cases of = with_words(words);
    for (Column& column : of.columns)
      if (column.name == "text") column.known = {1, 0, 1, 0, 1, 0, 1};
    answers.push_back(
        means_given(ctx, model, of, {.names = {}, .absent = GetParam()}, asked, {.mean_field = {.tolerance = 1e-300}}));
  }
  for (std::size_t l = 0; l < asked.size(); ++l)
    for (std::int64_t r = 1; r < kCases; r += 2)
      for (std::int64_t u = 0; u < answers[0][l].cols(); ++u)
        EXPECT_EQ(answers[0][l].at(r, u), answers[1][l].at(r, u)) << model.layer(asked[l]).name;
}

TEST_P(GivenPictures, AreAnsweredTheSameByAnyNumberOfThreads) {
  const std::vector<LayerId> asked = model.ids();
  const auto answer = means_given(ctx, model, cases, given, asked);
  for (int threads = 1; threads <= 3; ++threads) {
    Context other(threads);
    const auto same = means_given(other, model, cases, given, asked);
    for (std::size_t l = 0; l < asked.size(); ++l) expect_same(answer[l], same[l]);
  }
}

TEST_P(GivenPictures, UnknownPartsAndDocumentsWithoutALengthAreRefused) {
  const LayerId joint = *model.find("joint");
  const auto asks = [&](const Cases& of, const GivenParts& what) {
    return means_given(ctx, model, of, what, {&joint, 1});
  };
  EXPECT_THROW(asks(cases, {.names = {"sound"}}), InputError);
  EXPECT_THROW(asks(cases, {.names = {"joint"}}), InputError);
  EXPECT_THROW(asks(others()[3], {.names = {"text"}}), InputError);  // the cases have none
  EXPECT_THROW(asks(others()[3], {.names = {"image"}}), InputError);
  EXPECT_NO_THROW(asks(others()[3], {.names = {"image"}, .absent = Absent::empty}));
}

}  // namespace
}  // namespace deepboltz
