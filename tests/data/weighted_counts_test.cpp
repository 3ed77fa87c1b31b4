#include "deepboltz/data/weighted_counts.h"

#include <cmath>

#include "tests/io/refusal.h"
#include <gmock/gmock.h>

#include "deepboltz/rng/draw.h"
#include "deepboltz/tensor/tensor.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::refusal;

constexpr std::int64_t kWords = 30;

// Counts of 0 to 40, with a word that comes once in each document.
Tensor drawn_counts(std::int64_t documents, Key key) {
  Tensor counts(DType::f64, documents, kWords);
  for (std::int64_t d = 0; d < documents; ++d) {
    for (std::int64_t w = 0; w < kWords; ++w) {
      const double u = uniform(key, std::uint32_t(d), std::uint32_t(w));
      counts.set(d, w, u < 0.6 ? 0 : std::floor(100 * (u - 0.6)));
    }
    counts.set(d, std::int64_t(below(key.fold(1), std::uint64_t(d), kWords)), 1);
  }
  return counts;
}

// tf-idf with rows of norm 1, by the formula.
Tensor weigh(const Tensor& counts, const std::vector<double>& units) {
  Tensor x(DType::f64, counts.rows(), counts.cols());
  for (std::int64_t d = 0; d < x.rows(); ++d) {
    double squares = 0;
    for (std::int64_t w = 0; w < x.cols(); ++w) squares += std::pow(counts.at(d, w) * units[std::size_t(w)], 2);
    for (std::int64_t w = 0; w < x.cols(); ++w)
      x.set(d, w, counts.at(d, w) * units[std::size_t(w)] / std::sqrt(squares));
  }
  return x;
}

TEST(WeightedCounts, TheUnitCountsTheDocumentsOfAWord) {
  const Tensor train = drawn_counts(40, {1}), test = drawn_counts(9, {2});
  const std::vector<double> units = smooth_document_frequency(std::vector<ConstMatrix>{train, test});
  for (std::int64_t w = 0; w < kWords; ++w) {
    double with = 0;
    for (std::int64_t d = 0; d < 49; ++d) with += (d < 40 ? train.at(d, w) : test.at(d - 40, w)) > 0;
    EXPECT_DOUBLE_EQ(units[std::size_t(w)], std::log(50 / (1 + with)) + 1) << w;
  }
}

// Other test documents give other weights of the same training documents, and the same counts.
TEST(WeightedCounts, AreFoundWhicheverDocumentsWereBesideThem) {
  const Tensor train = drawn_counts(40, {1});
  std::vector<double> first_units;
  for (const std::uint64_t other : {2, 3}) {
    const Tensor test = drawn_counts(9, {other});
    const std::vector<double> units = smooth_document_frequency(std::vector<ConstMatrix>{train, test});
    EXPECT_NE(units, first_units);
    first_units = units;
    const Tensor found = to_dense(whole_counts(weigh(train, units), units, 1e-9, "t"), DType::f64);
    for (std::int64_t d = 0; d < 40; ++d)
      for (std::int64_t w = 0; w < kWords; ++w) ASSERT_EQ(found.at(d, w), train.at(d, w)) << d << " " << w;
  }
}

TEST(WeightedCounts, ARowOfZerosIsAnEmptyDocument) {
  Tensor x(DType::f64, 3, 2);
  x.set(0, 1, 0.5), x.set(2, 0, 0.75), x.set(2, 1, 0.25);
  const SparseRows counts = whole_counts(x, std::vector<double>{1, 1}, 1e-9, "t");
  EXPECT_EQ(counts.entries(1), 0);
  EXPECT_THAT(counts.column, ElementsAre(1, 0, 1));
  EXPECT_THAT(counts.value, ElementsAre(1, 3, 1));
}

TEST(WeightedCounts, WhatNoCountsExplainIsRefusedByDocumentAndWord) {
  const auto with = [](double a, double b) {
    Tensor x(DType::f64, 2, 3);
    x.set(0, 0, 1), x.set(1, 0, a), x.set(1, 2, b);
    return refusal([&] { whole_counts(x, std::vector<double>{1, 1, 2}, 0.01, "f[T]"); });
  };
  EXPECT_EQ(with(0.5, 3), "");
  EXPECT_EQ(with(0.5, 3.009), "");
  EXPECT_EQ(with(0.5, 3.011),
            "f[T]: document 1, word 2: expected a whole number of times the document's least word, got 3.011");
  EXPECT_THAT(with(0.5, 1.5), HasSubstr("word 2: expected a whole number"));  // 1.5 of it
  EXPECT_THAT(with(0.5, -1), HasSubstr("document 1, word 2: expected a weight of 0 or more, got -1"));
  EXPECT_THAT(with(0x1p-30, 1), HasSubstr("got 536870912"));  // no f32 holds it exactly
}

}  // namespace
}  // namespace deepboltz
