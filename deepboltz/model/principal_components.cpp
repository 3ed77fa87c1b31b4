#include "deepboltz/model/principal_components.h"

#include <algorithm>
#include <utility>

#define EIGEN_DONT_PARALLELIZE  // the same bits for any number of threads
#include <Eigen/Eigenvalues>

#include "deepboltz/model/whitening.h"

namespace deepboltz {
namespace {

using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Map = Eigen::Map<Square>;
using ConstMap = Eigen::Map<const Square>;

ConstMap view_of(const Tensor& m) { return {m.as<double>().data, m.rows(), m.cols()}; }
Map view_of(Tensor& m) { return {m.as<double>().data, m.rows(), m.cols()}; }

// Rows first … first + count − 1 of x, less the mean.
Tensor centred(ConstMatrix x, std::int64_t first, std::int64_t count, const Tensor& mean) {
  Tensor out(DType::f64, count, x.cols);
  const auto to = out.as<double>();
  const auto m = mean.as<double>();
  visit_real(x.dtype, [&](auto real) {
    const auto from = x.as<decltype(real)>();
    for (std::int64_t r = 0; r < count; ++r)
      for (std::int64_t i = 0; i < x.cols; ++i) to(r, i) = double(from(first + r, i)) - m(0, i);
  });
  return out;
}

Tensor mean_of(ConstMatrix x) {
  Tensor mean(DType::f64, 1, x.cols);
  const auto m = mean.as<double>();
  visit_real(x.dtype, [&](auto real) {
    const auto from = x.as<decltype(real)>();
    for (std::int64_t r = 0; r < x.rows; ++r)
      for (std::int64_t i = 0; i < x.cols; ++i) m(0, i) += double(from(r, i));
  });
  for (std::int64_t i = 0; i < x.cols; ++i) m(0, i) /= double(x.rows);
  return mean;
}

}  // namespace

PrincipalComponents principal_components(ConstMatrix x, std::int64_t components) {
  constexpr std::int64_t kRows = 1'000;
  require(components >= 1 && components <= x.cols, "principal components: expected 1 to {}, got {}", x.cols,
          components);
  require(x.rows >= 1, "principal components: there are no cases");
  PrincipalComponents out{mean_of(x), Tensor(DType::f64, components, x.cols)};
  Tensor covariance(DType::f64, x.cols, x.cols);
  for (std::int64_t first = 0; first < x.rows; first += kRows)
    add_outer_products(centred(x, first, std::min(kRows, x.rows - first), out.mean), covariance);
  const Eigen::SelfAdjointEigenSolver<Square> parts(view_of(std::as_const(covariance)));
  for (std::int64_t k = 0; k < components; ++k)
    view_of(out.directions).row(k) = parts.eigenvectors().col(x.cols - 1 - k).transpose();
  return out;
}

Tensor codes_by(const PrincipalComponents& components, ConstMatrix x) {
  Tensor codes(DType::f64, x.rows, components.directions.rows());
  const Tensor from_mean = centred(x, 0, x.rows, components.mean);
  view_of(codes).noalias() = view_of(from_mean) * view_of(components.directions).transpose();
  return codes;
}

Tensor rebuilt_by(const PrincipalComponents& components, ConstMatrix x) {
  Tensor rebuilt(DType::f64, x.rows, x.cols);
  const Tensor codes = codes_by(components, x);
  view_of(rebuilt).noalias() = view_of(codes) * view_of(components.directions);
  view_of(rebuilt).rowwise() += view_of(components.mean).row(0);
  return rebuilt;
}

}  // namespace deepboltz
