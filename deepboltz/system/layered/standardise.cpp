#include "deepboltz/system/layered/standardise.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/model/standardisation.h"

namespace deepboltz {
namespace {

struct Moments {
  std::vector<double> mean, deviation;
};

Moments moments_of(ConstMatrix data) {
  const double cases = double(data.rows);
  Moments m{std::vector<double>(std::size_t(data.cols), 0.0), std::vector<double>(std::size_t(data.cols), 0.0)};
  each_value(data, [&](std::int64_t, std::int64_t i, double x) { m.mean[std::size_t(i)] += x / cases; });
  each_value(data, [&](std::int64_t, std::int64_t i, double x) {
    m.deviation[std::size_t(i)] += (x - m.mean[std::size_t(i)]) * (x - m.mean[std::size_t(i)]) / cases;
  });
  for (double& variance : m.deviation) variance = std::sqrt(variance);
  return m;
}

void require_variation(ConstMatrix data, const std::string& name, const Layer& visible, const Moments& moments) {
  for (std::int64_t i = 0; i < data.cols; ++i) {
    const double centre = moments.mean[std::size_t(i)];
    // The data are floats: below their rounding nothing varies.
    require(moments.deviation[std::size_t(i)] > 1e-6 * std::abs(centre),
            "{}: column {} is {:.6g} in every case: a {} unit needs values that vary; leave the column out", name, i,
            centre, name_of(visible.unit));
  }
}

Tensor covariance_of(ConstMatrix data, const std::vector<double>& mean, StepCount& steps) {
  constexpr std::int64_t kBlock = 1'000;  // cases
  Tensor sum(DType::f64, data.cols, data.cols), block(DType::f64, kBlock, data.cols);
  each_value(data, [&](std::int64_t r, std::int64_t i, double x) {
    block.set(r % kBlock, i, x - mean[std::size_t(i)]);
    const bool full = r % kBlock == kBlock - 1 || r == data.rows - 1;
    if (!full || i != data.cols - 1) return;
    add_outer_products(block.view().slice(0, r % kBlock + 1), sum);
    steps.add(r % kBlock + 1);
  });
  auto c = sum.as<double>();
  for (std::int64_t i = 0; i < c.rows * c.cols; ++i) c.data[i] /= double(data.rows);
  return sum;
}

// R by the covariance, or where that is quicker by the cases.
Root root_of_cases(ConstMatrix data, const std::vector<double>& mean, double floor, StepCount& steps) {
  if (data.rows >= data.cols) return root_of(covariance_of(data, mean, steps), floor);
  Tensor centred(DType::f64, data.rows, data.cols);
  each_value(data, [&](std::int64_t r, std::int64_t i, double x) { centred.set(r, i, x - mean[std::size_t(i)]); });
  steps.add(data.rows);
  return root_of_rows(centred, floor);
}

Whitening whitening_of(const Cases& cases, const std::vector<double>& mean, double floor, const Report& report,
                       DType precision) {
  constexpr double kWhite = 1e-3;                   // more than rounding, far less than chance between samples
  constexpr std::int64_t kRoot = 10, kInverse = 1;  // the time of a unit, in that of a case's products
  const ConstMatrix data = cases.at(kVisibleColumn).rows();
  StepCount steps("whiten", data.rows + (kRoot + kInverse) * data.cols, report);
  steps.add(0);
  Root root = root_of_cases(data, mean, floor, steps);
  steps.add(kRoot * data.cols);
  require(data.cols == 1 || root.greatest > (1 + kWhite) * root.least,
          "{}: the columns are decorrelated and of one variance already; whitened before? take model.standardise = "
          "\"columns\"",
          cases.origin.name);
  Whitening whitening = whitening_by(root.matrix.to(precision));
  steps.add(kInverse * data.cols);
  return whitening;
}

}  // namespace

// By power iteration on the cases: the first vectors need no more than two digits.
double greatest_correlation(const Cases& cases) {
  constexpr std::int64_t kCases = 1'000;
  constexpr int kRounds = 30;
  const ConstMatrix all = cases.at(kVisibleColumn).rows(), data = all.slice(0, std::min(kCases, all.rows));
  const Moments moments = moments_of(data);
  Tensor x(DType::f64, data.rows, data.cols);
  each_value(data, [&](std::int64_t r, std::int64_t i, double value) {
    const double deviation = moments.deviation[std::size_t(i)];
    if (deviation > 0) x.set(r, i, (value - moments.mean[std::size_t(i)]) / deviation);
  });
  const auto rows = x.as<double>();
  std::vector<double> direction(std::size_t(data.cols), 1 / std::sqrt(double(data.cols)));
  direction.front() *= 2;  // no case is orthogonal to it by symmetry
  double greatest = 1;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> next(direction.size(), 0.0);
    for (std::int64_t r = 0; r < rows.rows; ++r) {
      double along = 0;
      for (std::int64_t i = 0; i < rows.cols; ++i) along += rows(r, i) * direction[std::size_t(i)];
      for (std::int64_t i = 0; i < rows.cols; ++i) next[std::size_t(i)] += along * rows(r, i) / double(rows.rows);
    }
    double square = 0;
    for (const double value : next) square += value * value;
    if (square == 0) break;
    greatest = std::sqrt(square);
    for (std::size_t i = 0; i < next.size(); ++i) direction[i] = next[i] / greatest;
  }
  return std::max(1.0, greatest);
}

void standardise(const Cases& cases, Standardise how, double floor, const BeginOptions& options, Layer& visible) {
  const ConstMatrix data = cases.at(kVisibleColumn).rows();
  const std::string& name = cases.origin.name;
  const Moments moments = moments_of(data);
  require_variation(data, name, visible, moments);
  const bool zca = how == Standardise::zca, centred = std::holds_alternative<Gaussian>(visible.unit);
  if (zca) {
    require(visible.whitening.empty(), "{}: the layer '{}' is whitened already", name, visible.name);
    const DType precision = visible.bias.dtype();
    visible.whitening = options.shapes_only ? diagonal_whitening(moments.deviation, precision)
                                            : whitening_of(cases, moments.mean, floor, options.report, precision);
  }
  standardise_by(0, 1, visible);
  for (std::int64_t i = 0; i < data.cols; ++i) {
    visible.shift.set(0, i, centred ? moments.mean[std::size_t(i)] : 0);
    if (!zca) visible.scale.set(0, i, moments.deviation[std::size_t(i)]);
  }
}

}  // namespace deepboltz
