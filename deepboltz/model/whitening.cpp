#include "deepboltz/model/whitening.h"

#include <cmath>

#define EIGEN_DONT_PARALLELIZE  // the same bits for any number of threads
#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

namespace deepboltz {
namespace {

using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Rows = Eigen::Map<const Square, 0, Eigen::OuterStride<>>;

Rows view_of(ConstMatrix m) {
  DEEPBOLTZ_ASSERT(m.dtype == DType::f64);
  return {m.as<double>().data, m.rows, m.cols, Eigen::OuterStride<>(m.as<double>().stride)};
}

Tensor tensor_of(const Square& m) {
  Tensor out(DType::f64, m.rows(), m.cols());
  Eigen::Map<Square>(out.as<double>().data, m.rows(), m.cols()) = m;
  return out;
}

}  // namespace

Whitening whitening_by(Tensor root) {
  constexpr double kRounding = 1e-6;  // of float32, with room
  const Tensor exact = root.to(DType::f64);
  const Rows m = view_of(exact);
  require(m.rows() == m.cols() && (m - m.transpose()).cwiseAbs().maxCoeff() <= kRounding * m.cwiseAbs().maxCoeff(),
          "whitening: a matrix of {} × {} that is not symmetric", m.rows(), m.cols());
  const Eigen::LLT<Square> factors(m);
  require(factors.info() == Eigen::Success, "whitening: a matrix of {} × {} that is not positive definite", m.rows(),
          m.cols());
  const double log_det = 2 * factors.matrixLLT().diagonal().array().log().sum();
  const DType precision = root.dtype();
  return {std::move(root), tensor_of(factors.solve(Square::Identity(m.rows(), m.cols()))).to(precision), log_det};
}

Whitening diagonal_whitening(std::span<const double> diagonal, DType precision) {
  const auto units = std::int64_t(diagonal.size());
  Whitening out{Tensor(precision, units, units), Tensor(precision, units, units), 0};
  for (std::int64_t i = 0; i < units; ++i) {
    const double root = diagonal[std::size_t(i)];
    require(root > 0, "whitening: expected a diagonal above 0, got {}", root);
    out.root.set(i, i, root);
    out.inverse.set(i, i, 1 / root);
    out.log_det += std::log(root);
  }
  return out;
}

void add_outer_products(ConstMatrix rows, Matrix sum) {
  DEEPBOLTZ_ASSERT(sum.rows == rows.cols && sum.cols == rows.cols && sum.dtype == DType::f64);
  Eigen::Map<Square, 0, Eigen::OuterStride<>> out(sum.as<double>().data, sum.rows, sum.cols,
                                                  Eigen::OuterStride<>(sum.as<double>().stride));
  out.noalias() += view_of(rows).transpose() * view_of(rows);
}

Root root_of(ConstMatrix covariance, double floor) {
  require(floor > 0 && covariance.rows == covariance.cols, "whitening: expected a floor above 0, got {}", floor);
  const Eigen::SelfAdjointEigenSolver<Square> parts(view_of(covariance));
  const Eigen::VectorXd& values = parts.eigenvalues();
  const double mean = values.mean();
  const Eigen::VectorXd roots = (values.array().max(0) + floor * mean).sqrt();
  const Square matrix = parts.eigenvectors() * roots.asDiagonal() * parts.eigenvectors().transpose();
  return {tensor_of((matrix + matrix.transpose()) / 2), values.minCoeff(), mean, values.maxCoeff()};
}

Root root_of_rows(ConstMatrix rows, double floor) {
  constexpr double kNothing = 1e-12;  // of the greatest eigenvalue: a direction that no case has
  require(floor > 0 && rows.rows < rows.cols, "whitening: expected a floor above 0 and fewer cases than units");
  const Rows x = view_of(rows);
  const double cases = double(rows.rows), units = double(rows.cols);
  const Square products = x * x.transpose() / cases;
  const Eigen::SelfAdjointEigenSolver<Square> parts(products);
  const Eigen::VectorXd values = parts.eigenvalues().array().max(0);
  const double mean = values.sum() / units, least_root = std::sqrt(floor * mean);
  Eigen::VectorXd gains(values.size());  // Rv = (least root + gain·cases·value)·v for the eigenvector v = xᵀu
  for (Eigen::Index i = 0; i < values.size(); ++i)
    gains[i] = values[i] > kNothing * values.maxCoeff()
                   ? (std::sqrt(values[i] + floor * mean) - least_root) / (cases * values[i])
                   : 0;
  const Square directions = x.transpose() * parts.eigenvectors();
  Square matrix = directions * gains.asDiagonal() * directions.transpose();
  matrix.diagonal().array() += least_root;
  return {tensor_of((matrix + matrix.transpose()) / 2), 0, mean, values.maxCoeff()};
}

}  // namespace deepboltz
