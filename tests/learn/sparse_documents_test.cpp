// Documents in sparse rows are shown, counted and measured as the same documents in dense rows are.
#include <numeric>

#include "tests/io/refusal.h"
#include <gtest/gtest.h>

#include "deepboltz/learn/source.h"
#include "deepboltz/learn/visible_values.h"
#include "deepboltz/model/build.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kDocuments = 50, kWords = 9;

Dataset drawn() {
  Dataset data;
  data.name = "documents";
  data.counts.cols = kWords;
  for (std::int64_t r = 0; r < kDocuments; ++r) {
    for (std::int64_t k = 0; k < kWords; ++k) {
      const std::uint32_t count = random_word(Key{2}, std::uint32_t(r), std::uint32_t(k)) % 12 % 4;
      if (count == 0 && k > 0) continue;
      data.counts.column.push_back(std::uint32_t(k));
      data.counts.value.push_back(float(count + 1));
    }
    data.counts.end_row();
    data.labels.push_back(int(r % 3));
  }
  for (int k = 0; k < kWords; ++k) data.vocabulary.push_back(std::to_string(k));
  return finished(std::move(data));
}

void expect_equal(const Tensor& a, const Tensor& b) {
  ASSERT_EQ(a.rows(), b.rows());
  ASSERT_EQ(a.cols(), b.cols());
  for (std::int64_t r = 0; r < a.rows(); ++r)
    for (std::int64_t c = 0; c < a.cols(); ++c) ASSERT_EQ(a.at(r, c), b.at(r, c)) << r << ", " << c;
}

class SparseDocuments : public ::testing::TestWithParam<DType> {
 protected:
  Context ctx;
  const Cases sparse = cases_of(drawn()), dense = cases_of(documents_for(Gaussian{}, drawn()));
  const EnergyModel model = rbm(kWords, 4, {.precision = GetParam(), .visible = Counts{}});

  void SetUp() override {
    ASSERT_FALSE(std::holds_alternative<Rows>(sparse.at(kVisibleColumn).x));
    ASSERT_TRUE(std::holds_alternative<Rows>(dense.at(kVisibleColumn).x));
  }
};
INSTANTIATE_TEST_SUITE_P(Precision, SparseDocuments, ::testing::Values(DType::f32, DType::f64),
                         [](const auto& test) { return std::string(name_of(test.param)); });

TEST_P(SparseDocuments, AreShownAsTheDenseOnes) {
  const std::vector<std::uint32_t> rows{7, 3, 49, 3};
  for (const auto& make : {source_of, grey_source_of}) {
    const Source a = make(model, sparse), b = make(model, dense);
    Tensor of_a(GetParam(), 4, kWords), of_b(GetParam(), 4, kWords);
    for (std::int64_t c = 0; c < kWords; ++c) of_a.set(0, c, 77);  // what was there before must not stay
    a.visible.front().states(ctx, rows, Key{1}, of_a);
    b.visible.front().states(ctx, rows, Key{1}, of_b);
    expect_equal(of_a, of_b);
    EXPECT_EQ(bool(a.labels), bool(b.labels));
  }
  expect_equal(fixed_states(ctx, model, sparse), fixed_states(ctx, model, dense));
  expect_equal(visible_states(ctx, model, sparse), visible_states(ctx, model, dense));
  expect_equal(fixed_cases(ctx, model, sparse, 10, 20, true).layers[0],
               fixed_cases(ctx, model, dense, 10, 20, true).layers[0]);
}

TEST_P(SparseDocuments, HaveTheMeansOfTheDenseOnes) {
  expect_equal(visible_means(ctx, model, sparse)[0], visible_means(ctx, model, dense)[0]);
  expect_equal(word_frequencies(ctx, model, sparse)[0], word_frequencies(ctx, model, dense)[0]);
}

TEST_P(SparseDocuments, StaySparseInPartsAndHaveTheSameEntries) {
  const std::vector<std::uint32_t> rows{5, 40};
  for (const Cases& some : {select_rows(sparse, rows), first_cases(sparse, 2)})
    EXPECT_FALSE(std::holds_alternative<Rows>(some.at(kVisibleColumn).x));
  const auto a = nonzero_entries(select_rows(sparse, rows).at(kVisibleColumn)),
             b = nonzero_entries(select_rows(dense, rows).at(kVisibleColumn));
  EXPECT_EQ(a->first, b->first);
  EXPECT_EQ(a->column, b->column);
  EXPECT_EQ(a->value, b->value);
  EXPECT_EQ(nonzero_entries(sparse.at(kVisibleColumn)).get(), &sparse.at(kVisibleColumn).sparse());
}

TEST_P(SparseDocuments, AreRefusedAsTheDenseOnes) {
  Dataset data = drawn();
  data.counts.value[3] = 1.5F;
  const Cases weights = cases_of(std::move(data));
  EXPECT_NE(testing::refusal([&] { require_values(model, weights); }).find("expected counts, whole numbers"),
            std::string::npos);
  EXPECT_EQ(testing::refusal([&] { require_values(model, sparse); }), "");
  Dataset empty;
  empty.name = "d";
  empty.counts.cols = kWords;
  empty.counts.end_row();
  const Cases without_words = cases_of(finished(std::move(empty)));
  EXPECT_EQ(testing::refusal([&] { require_values(model, without_words); }),
            "d: case 0 is a document without words; leave it out");
}

}  // namespace
}  // namespace deepboltz
