// Whole documents that stand for scaled ones: their lengths, and their words on average.
#include "deepboltz/system/multimodal/whole_documents.h"

#include <cmath>

#include <gtest/gtest.h>

namespace deepboltz {
namespace {

// Two scaled documents of 10 words, and one without words.
Column scaled() {
  auto rows = std::make_shared<SparseRows>();
  rows->cols = 5;
  const auto add = [&](std::initializer_list<std::pair<std::uint32_t, float>> words) {
    for (const auto& [word, count] : words) {
      rows->column.push_back(word);
      rows->value.push_back(count);
    }
    rows->end_row();
  };
  add({{0, 2.5f}, {1, 0.3f}, {3, 7.2f}});
  add({});
  add({{1, 3.3333333f}, {2, 3.3333333f}, {4, 3.3333333f}});
  return {.name = "text", .x = std::move(rows)};
}

TEST(WholeDocuments, HaveTheWordsOfTheScaledOnesOnAverage) {
  constexpr int kDraws = 2'000;
  const Tensor truth = to_dense(scaled().sparse(), DType::f64);
  Tensor sum(DType::f64, truth.rows(), truth.cols());
  for (int draw = 0; draw < kDraws; ++draw) {
    Column column = scaled();
    draw_whole_documents(Key{3}.fold(std::uint64_t(draw)), column);
    const Tensor whole = to_dense(column.sparse(), DType::f64);
    for (std::int64_t r = 0; r < truth.rows(); ++r) {
      double words = 0;
      for (std::int64_t k = 0; k < truth.cols(); ++k) {
        words += whole.at(r, k);
        sum.set(r, k, sum.at(r, k) + whole.at(r, k));
        EXPECT_TRUE(whole.at(r, k) == std::floor(truth.at(r, k)) || whole.at(r, k) == std::ceil(truth.at(r, k)));
      }
      EXPECT_EQ(words, r == 1 ? 0 : 10);
    }
  }
  for (std::int64_t r = 0; r < truth.rows(); ++r)
    for (std::int64_t k = 0; k < truth.cols(); ++k) {
      const double part = truth.at(r, k) - std::floor(truth.at(r, k)), error = std::sqrt(part * (1 - part) / kDraws);
      EXPECT_NEAR(sum.at(r, k) / kDraws, truth.at(r, k), 5 * error + 1e-6);
    }
}

}  // namespace
}  // namespace deepboltz
