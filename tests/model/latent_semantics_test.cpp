// Latent semantic analysis finds the singular vectors that a matrix was made of.
#include "deepboltz/model/latent_semantics.h"

#include <cmath>

#include "tests/io/refusal.h"
#include <gtest/gtest.h>

#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kDocuments = 30, kWords = 16;

// Orthonormal rows, by Gram and Schmidt.
Tensor orthonormal(std::int64_t rows, std::int64_t cols, Key key) {
  Tensor out(DType::f64, rows, cols);
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < cols; ++c) out.set(r, c, normal(key, std::uint32_t(r), std::uint32_t(c)));
    for (std::int64_t before = 0; before <= r; ++before) {
      double dot = 0;
      for (std::int64_t c = 0; c < cols; ++c) dot += out.at(r, c) * out.at(before, c);
      for (std::int64_t c = 0; c < cols; ++c)
        out.set(r, c, before < r ? out.at(r, c) - dot * out.at(before, c) : out.at(r, c) / std::sqrt(dot));
    }
  }
  return out;
}

// Counts of which log(1 + count) = Σ_k σ_k u_k v_kᵀ, σ = 5, 3, 2, 1. They are no whole numbers, and some are below 0.
SparseRows made_of(const Tensor& u, const Tensor& v) {
  const double sigma[] = {5, 3, 2, 1};
  SparseRows documents;
  documents.cols = kWords;
  for (std::int64_t r = 0; r < kDocuments; ++r) {
    for (std::int64_t word = 0; word < kWords; ++word) {
      double x = 0;
      for (int k = 0; k < 4; ++k) x += sigma[k] * u.at(k, r) * v.at(k, word);
      documents.column.push_back(std::uint32_t(word));
      documents.value.push_back(float(std::expm1(x)));
    }
    documents.end_row();
  }
  return documents;
}

TEST(LatentSemantics, FindsTheSingularVectors) {
  const Tensor u = orthonormal(4, kDocuments, Key{1}), v = orthonormal(4, kWords, Key{2});
  const SparseRows documents = made_of(u, v);
  const LatentSemantics found = latent_semantics(documents, 2);
  const Tensor codes = codes_by(found, documents);
  for (int k = 0; k < 2; ++k) {
    double sum = 0, dot = 0;
    for (std::int64_t word = 0; word < kWords; ++word) {
      sum += v.at(k, word);
      dot += v.at(k, word) * found.directions.at(k, word);
    }
    // Counts are floats: 1e-7 of values below 6, and the gap between the singular values is 1.
    EXPECT_NEAR(dot, sum < 0 ? -1 : 1, 1e-6);
    for (std::int64_t r = 0; r < kDocuments; ++r)
      EXPECT_NEAR(codes.at(r, k), (k == 0 ? 5 : 3) * (sum < 0 ? -1 : 1) * u.at(k, r), 1e-5);
  }
}

TEST(LatentSemantics, TakesAsManyNumbersAsThereAreWords) {
  const SparseRows documents = made_of(orthonormal(4, kDocuments, Key{1}), orthonormal(4, kWords, Key{2}));
  EXPECT_EQ(latent_semantics(documents, kWords).directions.rows(), kWords);
  EXPECT_EQ(testing::refusal([&] { latent_semantics(documents, kWords + 1); }),
            "latent semantic analysis: expected 1 to 16 numbers, got 17");
}

}  // namespace
}  // namespace deepboltz
