#include "deepboltz/task/family.h"

#include <cmath>

#include "deepboltz/kernel/linear.h"

namespace deepboltz {
namespace {

// Weighted frequencies: f_ij(a, b), whose diagonal is f_i(a).
Tensor pair_frequencies(Context& ctx, ConstMatrix x, std::span<const float> weights) {
  require(weights.empty() || std::int64_t(weights.size()) == x.rows, "family: {} cases, but {} weights", x.rows,
          weights.size());
  Tensor shares(x.dtype, x.rows, x.cols), pairs(x.dtype, x.cols, x.cols);
  double total = 0;
  for (std::int64_t r = 0; r < x.rows; ++r) total += weights.empty() ? 1 : double(weights[std::size_t(r)]);
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    const auto from = x.as<Real>();
    const auto to = shares.as<Real>();
    for (std::int64_t r = 0; r < x.rows; ++r) {
      const auto share = Real((weights.empty() ? 1 : double(weights[std::size_t(r)])) / total);
      for (std::int64_t i = 0; i < x.cols; ++i) to(r, i) = share * from(r, i);
    }
  });
  multiply(ctx, 1, shares, Transpose::yes, x, Transpose::no, 0, pairs);
  return pairs;
}

class Correlation {
 public:
  void add(double x, double y) {
    ++count_;
    const double dx = x - mean_x_, dy = y - mean_y_;
    mean_x_ += dx / count_;
    mean_y_ += dy / count_;
    xx_ += dx * (x - mean_x_);
    yy_ += dy * (y - mean_y_);
    xy_ += dx * (y - mean_y_);
  }
  double value() const { return xx_ > 0 && yy_ > 0 ? xy_ / std::sqrt(xx_ * yy_) : 0; }

 private:
  double count_ = 0, mean_x_ = 0, mean_y_ = 0, xx_ = 0, yy_ = 0, xy_ = 0;
};

}  // namespace

FamilyMatch match_family(Context& ctx, ConstMatrix family, std::span<const float> family_weights, ConstMatrix samples,
                         std::span<const float> sample_weights, std::int64_t letters) {
  require(family.cols == samples.cols && family.dtype == samples.dtype && letters >= 1 && family.cols % letters == 0,
          "family: {} and {} numbers a case are not the same sites of {} letters", family.cols, samples.cols, letters);
  const Tensor of_family = pair_frequencies(ctx, family, family_weights),
               of_samples = pair_frequencies(ctx, samples, sample_weights);
  Correlation site, pair, connected;
  visit_real(family.dtype, [&](auto real) {
    using Real = decltype(real);
    const auto f = of_family.as<Real>(), g = of_samples.as<Real>();
    for (std::int64_t i = 0; i < f.cols; ++i) {
      site.add(double(f(i, i)), double(g(i, i)));
      for (std::int64_t j = (i / letters + 1) * letters; j < f.cols; ++j) {
        pair.add(double(f(i, j)), double(g(i, j)));
        connected.add(double(f(i, j)) - double(f(i, i)) * double(f(j, j)),
                      double(g(i, j)) - double(g(i, i)) * double(g(j, j)));
      }
    }
  });
  return {site.value(), pair.value(), connected.value()};
}

}  // namespace deepboltz
