#include "deepboltz/task/part_distance.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "deepboltz/kernel/linear.h"

namespace deepboltz {
namespace {

constexpr double kLeast = 1e-12;  // of a probability

// The slope of log p(x | mean) in x, and what does not depend on x, relative to another mean:
// log p(x | mean) − log p(x | base) = Σ slope·x + constant.
struct Slope {
  double slope = 0, constant = 0;
};

double log_odds(double p) { return std::log(p / (1 - p)); }
double inside(double p) { return std::clamp(p, kLeast, 1 - kLeast); }

Slope slope_of(const Unit& unit, double mean, double base) {
  if (std::holds_alternative<Gaussian>(unit)) return {mean - base, (base * base - mean * mean) / 2};
  if (std::holds_alternative<Softmax>(unit) || std::holds_alternative<Counts>(unit))
    return {std::log(std::max(mean, kLeast)) - std::log(std::max(base, kLeast)), 0};
  const bool spin = std::holds_alternative<Spin>(unit);  // x = 2·bit − 1
  const auto* binomial = std::get_if<Binomial>(&unit);
  const double trials = binomial != nullptr ? double(binomial->trials) : 1;
  const double p = inside(spin ? (1 + mean) / 2 : mean / trials), q = inside(spin ? (1 + base) / 2 : base / trials);
  const double slope = log_odds(p) - log_odds(q), off = std::log1p(-p) - std::log1p(-q);
  return spin ? Slope{slope / 2, off + slope / 2} : Slope{slope, trials * off};
}

double row_sum(ConstMatrix x, std::int64_t r) {
  double sum = 0;
  visit_real(x.dtype, [&](auto real) {
    for (std::int64_t i = 0; i < x.cols; ++i) sum += double(x.as<decltype(real)>()(r, i));
  });
  return sum;
}

}  // namespace

std::vector<double> part_distances(const Unit& unit, ConstMatrix x, ConstMatrix means) {
  const bool counts = std::holds_alternative<Counts>(unit);
  std::vector<double> out;
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    for (std::int64_t r = 0; r < x.rows; ++r) {
      const std::int64_t of = means.rows == 1 ? 0 : r;
      const Real *row = x.as<Real>().row(r), *mean = means.as<Real>().row(of);
      const double all = counts ? row_sum(means, of) : 1;
      double sum = 0, weight = 0;
      for (std::int64_t i = 0; i < x.cols; ++i) {
        if (counts && row[i] == 0) continue;
        sum += counts ? -double(row[i]) * std::log(std::max(double(mean[i]) / all, kLeast))
                      : std::pow(double(row[i]) - double(mean[i]), 2);
        weight += counts ? double(row[i]) : 1;
      }
      out.push_back(weight > 0 ? sum / weight : std::numeric_limits<double>::quiet_NaN());
    }
  });
  return out;
}

Tensor part_fits(Context& ctx, const Unit& unit, ConstMatrix means, ConstMatrix x, ConstMatrix base) {
  const bool counts = std::holds_alternative<Counts>(unit);
  Tensor slopes(DType::f64, means.rows, means.cols), stored(DType::f64, x.rows, x.cols),
      fits(DType::f64, means.rows, x.rows);
  std::vector<double> constants(std::size_t(means.rows), 0.0);
  const double of_base = counts ? row_sum(base, 0) : 1;
  visit_real(means.dtype, [&](auto real) {
    using Real = decltype(real);
    for (std::int64_t q = 0; q < means.rows; ++q) {
      const double of_query = counts ? row_sum(means, q) : 1;
      for (std::int64_t i = 0; i < means.cols; ++i) {
        const Slope one =
            slope_of(unit, double(means.as<Real>()(q, i)) / of_query, double(base.as<Real>()(0, i)) / of_base);
        slopes.set(q, i, one.slope);
        constants[std::size_t(q)] += one.constant;
      }
    }
    for (std::int64_t r = 0; r < x.rows; ++r) {
      const double words = counts ? std::max(1.0, row_sum(x, r)) : 1;
      for (std::int64_t i = 0; i < x.cols; ++i) stored.set(r, i, double(x.as<Real>()(r, i)) / words);
    }
  });
  multiply(ctx, 1, slopes, Transpose::no, stored, Transpose::yes, 0, fits);
  for (std::int64_t q = 0; q < fits.rows(); ++q)
    for (std::int64_t r = 0; r < fits.cols(); ++r) fits.set(q, r, fits.at(q, r) + constants[std::size_t(q)]);
  return fits;
}

Tensor cosines(Context& ctx, const Tensor& queries, const Tensor& stored) {
  const auto unit_rows = [](const Tensor& x) {
    Tensor out(DType::f64, x.rows(), x.cols());
    for (std::int64_t r = 0; r < x.rows(); ++r) {
      double square = 0;
      for (std::int64_t i = 0; i < x.cols(); ++i) square += x.at(r, i) * x.at(r, i);
      for (std::int64_t i = 0; i < x.cols(); ++i) out.set(r, i, square > 0 ? x.at(r, i) / std::sqrt(square) : 0);
    }
    return out;
  };
  Tensor out(DType::f64, queries.rows(), stored.rows());
  multiply(ctx, 1, unit_rows(queries), Transpose::no, unit_rows(stored), Transpose::yes, 0, out);
  return out;
}

}  // namespace deepboltz
