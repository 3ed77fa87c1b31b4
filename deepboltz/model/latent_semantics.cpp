#include "deepboltz/model/latent_semantics.h"

#include <algorithm>
#include <cmath>

#define EIGEN_DONT_PARALLELIZE  // the same bits for any number of threads
#include <Eigen/QR>
#include <Eigen/SVD>

#include "deepboltz/base/error.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

using Numbers = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Calls visit(document, word, log(1 + count)).
template <class Visit> void each_word(const SparseRows& documents, Visit&& visit) {
  for (std::int64_t r = 0; r < documents.rows(); ++r)
    for (std::int64_t e = documents.first[std::size_t(r)]; e < documents.first[std::size_t(r) + 1]; ++e)
      visit(r, std::int64_t(documents.column[std::size_t(e)]), std::log1p(documents.at(e)));
}

Numbers times(const SparseRows& documents, const Numbers& directions) {
  Numbers out = Numbers::Zero(documents.rows(), directions.cols());
  each_word(documents,
            [&](std::int64_t r, std::int64_t word, double x) { out.row(r).noalias() += x * directions.row(word); });
  return out;
}

Numbers transposed_times(const SparseRows& documents, const Numbers& codes) {
  Numbers out = Numbers::Zero(documents.cols, codes.cols());
  each_word(documents,
            [&](std::int64_t r, std::int64_t word, double x) { out.row(word).noalias() += x * codes.row(r); });
  return out;
}

// An orthonormal basis of the columns.
Numbers orthonormal(const Numbers& columns) {
  const Eigen::HouseholderQR<Numbers> parts(columns);
  return parts.householderQ() * Numbers::Identity(columns.rows(), columns.cols());
}

}  // namespace

LatentSemantics latent_semantics(const SparseRows& documents, std::int64_t numbers) {
  constexpr std::int64_t kMore = 10;  // directions beyond those that are asked for, which make it converge
  constexpr int kRounds = 30;
  constexpr Key kStart{0x6C7361};
  require(numbers >= 1 && numbers <= documents.cols, "latent semantic analysis: expected 1 to {} numbers, got {}",
          documents.cols, numbers);
  const std::int64_t width = std::min(numbers + kMore, documents.cols);
  Numbers basis(documents.cols, width);
  for (std::int64_t word = 0; word < documents.cols; ++word)
    for (std::int64_t k = 0; k < width; ++k) basis(word, k) = normal(kStart, std::uint32_t(word), std::uint32_t(k));
  basis = orthonormal(basis);
  for (int round = 0; round < kRounds; ++round)
    basis = orthonormal(transposed_times(documents, times(documents, basis)));
  const Numbers within = basis.transpose() * transposed_times(documents, times(documents, basis));
  const Eigen::JacobiSVD<Numbers> parts(within, Eigen::ComputeFullU);
  const Numbers turned = basis * parts.matrixU();
  LatentSemantics out{Tensor(DType::f64, numbers, documents.cols)};
  for (std::int64_t k = 0; k < numbers; ++k) {
    const double sign = turned.col(k).sum() < 0 ? -1 : 1;
    for (std::int64_t word = 0; word < documents.cols; ++word) out.directions.set(k, word, sign * turned(word, k));
  }
  return out;
}

Tensor codes_by(const LatentSemantics& semantics, const SparseRows& documents) {
  DEEPBOLTZ_ASSERT(documents.cols == semantics.directions.cols());
  Tensor codes(DType::f64, documents.rows(), semantics.directions.rows());
  const auto directions = semantics.directions.as<double>();
  const auto out = codes.as<double>();
  each_word(documents, [&](std::int64_t r, std::int64_t word, double x) {
    for (std::int64_t k = 0; k < codes.cols(); ++k) out(r, k) += x * directions(k, word);
  });
  return codes;
}

}  // namespace deepboltz
