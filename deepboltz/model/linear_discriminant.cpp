#include "deepboltz/model/linear_discriminant.h"

#include <cmath>

#define EIGEN_DONT_PARALLELIZE  // the same bits for any number of threads
#include <Eigen/Dense>

#include "deepboltz/base/error.h"

namespace deepboltz {
namespace {

using Matrix64 = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Matrix64 to_eigen(ConstMatrix x) {
  Matrix64 out(x.rows, x.cols);
  visit_real(x.dtype, [&](auto real) {
    for (std::int64_t r = 0; r < x.rows; ++r)
      for (std::int64_t c = 0; c < x.cols; ++c) out(r, c) = double(x.as<decltype(real)>()(r, c));
  });
  return out;
}

}  // namespace

LinearDiscriminant linear_discriminant(ConstMatrix x, std::span<const std::uint32_t> labels, std::int64_t classes) {
  require(
      std::int64_t(labels.size()) == x.rows && x.rows > classes && classes >= 2,
      "linear discriminant: expected a label a case and more cases than classes, got {} labels, {} cases, {} classes",
      labels.size(), x.rows, classes);
  Matrix64 centred = to_eigen(x);
  Matrix64 means = Matrix64::Zero(classes, x.cols);
  Eigen::VectorXd counts = Eigen::VectorXd::Zero(classes);
  for (std::int64_t r = 0; r < x.rows; ++r) {
    require(labels[std::size_t(r)] < classes, "linear discriminant: case {} has the label {}, expected one below {}", r,
            labels[std::size_t(r)], classes);
    means.row(labels[std::size_t(r)]) += centred.row(r);
    ++counts(labels[std::size_t(r)]);
  }
  for (std::int64_t k = 0; k < classes; ++k) {
    require(counts(k) > 0, "linear discriminant: class {} has no case", k);
    means.row(k) /= counts(k);
  }
  for (std::int64_t r = 0; r < x.rows; ++r) centred.row(r) -= means.row(labels[std::size_t(r)]);
  Matrix64 within = centred.transpose() * centred / double(x.rows - classes);
  // Directions without any spread within the classes decide nothing by themselves: a millionth of the mean variance.
  within.diagonal().array() += 1e-6 * within.trace() / double(x.cols);
  const Matrix64 solved = within.ldlt().solve(means.transpose()).transpose();
  LinearDiscriminant found{Tensor(DType::f64, classes, x.cols), {}};
  for (std::int64_t k = 0; k < classes; ++k) {
    for (std::int64_t c = 0; c < x.cols; ++c) found.weight.set(k, c, solved(k, c));
    found.offset.push_back(std::log(counts(k) / double(x.rows)) - solved.row(k).dot(means.row(k)) / 2);
  }
  return found;
}

std::vector<std::uint32_t> classify_by(const LinearDiscriminant& discriminant, ConstMatrix x) {
  const Matrix64 scores = to_eigen(x) * to_eigen(discriminant.weight).transpose();
  std::vector<std::uint32_t> found;
  for (std::int64_t r = 0; r < x.rows; ++r) {
    std::uint32_t best = 0;
    for (std::size_t k = 1; k < discriminant.offset.size(); ++k)
      if (scores(r, Eigen::Index(k)) + discriminant.offset[k] > scores(r, best) + discriminant.offset[best])
        best = std::uint32_t(k);
    found.push_back(best);
  }
  return found;
}

}  // namespace deepboltz
