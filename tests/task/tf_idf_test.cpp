// Words that tell, and shortlists in their order, beside plain sums over whole rows.
#include "deepboltz/task/tf_idf.h"

#include <cmath>

#include <gtest/gtest.h>

#include "deepboltz/rng/draw.h"
#include "deepboltz/task/captions.h"
#include "deepboltz/task/rerank.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kDocuments = 40, kWords = 12;

// Counts from 0 to 3; word 0 is in every document, the last word in none.
Tensor drawn_counts() {
  Tensor counts(DType::f64, kDocuments, kWords);
  for (std::int64_t r = 0; r < kDocuments; ++r) {
    counts.set(r, 0, 1);
    for (std::int64_t k = 1; k + 1 < kWords; ++k)
      counts.set(r, k, double(random_word(Key{7}, std::uint32_t(r), std::uint32_t(k)) % 8 % 4));
  }
  return counts;
}

SparseRows sparse(const Tensor& x) { return *nonzero_entries(matrix_cases(x).at(kVisibleColumn)); }

Tensor plain_weights(const Tensor& counts) {
  Tensor weights = counts.clone();
  for (std::int64_t k = 0; k < kWords; ++k) {
    double with = 0;
    for (std::int64_t r = 0; r < kDocuments; ++r) with += counts.at(r, k) > 0;
    for (std::int64_t r = 0; r < kDocuments; ++r)
      weights.set(r, k, with == 0 ? 0 : std::log(1 + counts.at(r, k)) * std::log(double(kDocuments) / with));
  }
  return weights;
}

double plain_cosine(const Tensor& x, std::int64_t i, std::int64_t j) {
  double product = 0, left = 0, right = 0;
  for (std::int64_t k = 0; k < x.cols(); ++k) {
    product += x.at(i, k) * x.at(j, k);
    left += x.at(i, k) * x.at(i, k);
    right += x.at(j, k) * x.at(j, k);
  }
  return left * right == 0 ? 0 : product / std::sqrt(left * right);
}

TEST(TfIdf, IsTheFormula) {
  const Tensor counts = drawn_counts(), expected = plain_weights(counts);
  const SparseRows weighted = tf_idf(sparse(counts), inverse_document_frequencies(sparse(counts)));
  const Tensor dense = to_dense(weighted, DType::f64);
  for (std::int64_t r = 0; r < kDocuments; ++r)
    for (std::int64_t k = 0; k < kWords; ++k) EXPECT_NEAR(dense.at(r, k), expected.at(r, k), 1e-6);  // floats below 8
}

TEST(TfIdf, AShortlistIsInTheOrderOfTheCosines) {
  const Tensor counts = drawn_counts();
  const SparseRows weighted = tf_idf(sparse(counts), inverse_document_frequencies(sparse(counts)));
  std::vector<Neighbour> shortlist;
  for (std::uint32_t c = 0; c < kDocuments; c += 2) shortlist.push_back({c, int(c)});
  const auto order = reranked(shortlist, weighted, 5, weighted);
  ASSERT_EQ(order.size(), shortlist.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    EXPECT_NEAR(order[i].cosine, plain_cosine(plain_weights(counts), 5, order[i].neighbour.number), 1e-6);
    EXPECT_EQ(order[i].neighbour.distance, int(order[i].neighbour.number));
    if (i > 0) {
      EXPECT_LE(order[i].cosine, order[i - 1].cosine);
    }
  }
}

TEST(TfIdf, EqualCosinesKeepTheOrderOfTheShortlist) {
  SparseRows documents;
  documents.cols = 2;
  for (const std::uint32_t word : {0u, 1u, 1u, 0u}) {
    documents.column.push_back(word);
    documents.value.push_back(1);
    documents.end_row();
  }
  const auto order = reranked({{3, 1}, {1, 2}, {0, 3}, {2, 4}}, documents, 0, documents);
  std::vector<std::uint32_t> numbers;
  for (const Likeness& one : order) numbers.push_back(one.neighbour.number);
  EXPECT_EQ(numbers, (std::vector<std::uint32_t>{3, 0, 1, 2}));
}

// "the" is everywhere and says nothing; "orbit" is in one document only.
TEST(Captions, NameTheWordsThatOtherDocumentsLack) {
  Dataset data{"d", Tensor(DType::f32, 3, 3)};
  data.vocabulary = {"the", "shuttle", "orbit"};
  data.labels = {1, 0, 1};
  data.class_names = {"cars", "space"};
  data.case_names = {"a.txt", "b.txt", "c.txt"};
  const double counts[3][3] = {{9, 1, 1}, {5, 0, 0}, {2, 3, 0}};
  for (int r = 0; r < 3; ++r)
    for (int k = 0; k < 3; ++k) data.x.set(r, k, counts[r][k]);
  const Cases cases = cases_of(finished(std::move(data)));
  const std::vector<Caption> told = captions(cases, true);
  EXPECT_EQ(told[0].text(), "a.txt · space · orbit, shuttle, the");
  EXPECT_EQ(told[1].text(), "b.txt · cars · the");
  EXPECT_EQ(captions(cases, false)[2].text(), "c.txt · space");
}

}  // namespace
}  // namespace deepboltz
