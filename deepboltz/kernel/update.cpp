#include "deepboltz/kernel/update.h"

#include <cmath>

#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {
namespace {

template <class Real> Real sign(Real x) { return Real(x > 0) - Real(x < 0); }

// The decay in the number type of the parameters.
template <class Real> struct DecayOf {
  Real l2, l1;
  explicit DecayOf(Decay decay) : l2(Real(decay.l2)), l1(Real(decay.l1)) {}
  Real operator()(Real weight) const { return l2 * weight + l1 * sign(weight); }
};

}  // namespace

void momentum_step(Context& ctx, double rate, double momentum, bool nesterov, Decay decay, ConstMatrix gradient,
                   Matrix velocity, Matrix weight) {
  DEEPBOLTZ_ASSERT(gradient.rows == weight.rows && gradient.cols == weight.cols && gradient.dtype == weight.dtype);
  DEEPBOLTZ_ASSERT(velocity.rows == weight.rows && velocity.cols == weight.cols && velocity.dtype == weight.dtype);
  visit_real(weight.dtype, [&](auto real) {
    using Real = decltype(real);
    const Real eta = Real(rate), m = Real(momentum);
    const DecayOf<Real> decay_of(decay);
    for_rows(ctx, weight.rows, weight.cols, [&](std::int64_t r) {
      const Real* g = gradient.as<Real>().row(r);
      Real *delta = velocity.as<Real>().row(r), *w = weight.as<Real>().row(r);
      for (std::int64_t c = 0; c < weight.cols; ++c) {
        const Real push = eta * (g[c] - decay_of(w[c]));
        delta[c] = m * delta[c] + push;
        w[c] += nesterov ? m * delta[c] + push : delta[c];
      }
    });
  });
}

void adam_step(Context& ctx, double rate, AdamMoments moments, std::int64_t step, Decay decay, ConstMatrix gradient,
               Matrix first_moment, Matrix second_moment, Matrix weight) {
  DEEPBOLTZ_ASSERT(gradient.rows == weight.rows && gradient.cols == weight.cols && gradient.dtype == weight.dtype);
  DEEPBOLTZ_ASSERT(step >= 1);
  visit_real(weight.dtype, [&](auto real) {
    using Real = decltype(real);
    const Real keep1 = Real(moments.first), keep2 = Real(moments.second);
    const Real take1 = Real(1 - moments.first), take2 = Real(1 - moments.second);
    const Real eta = Real(rate / (1 - std::pow(moments.first, double(step))));
    const Real unbias2 = Real(1 / (1 - std::pow(moments.second, double(step))));
    const Real epsilon = Real(moments.epsilon);
    const DecayOf<Real> decay_of(decay);
    for_rows(ctx, weight.rows, weight.cols, [&](std::int64_t r) {
      const Real* gradient_of_row = gradient.as<Real>().row(r);
      Real *m = first_moment.as<Real>().row(r), *v = second_moment.as<Real>().row(r), *w = weight.as<Real>().row(r);
      for (std::int64_t c = 0; c < weight.cols; ++c) {
        const Real g = gradient_of_row[c] - decay_of(w[c]);
        m[c] = keep1 * m[c] + take1 * g;
        v[c] = keep2 * v[c] + take2 * (g * g);
        w[c] += eta * m[c] / (std::sqrt(unbias2 * v[c]) + epsilon);
      }
    });
  });
}

void limit_column_norms(Context& ctx, double limit, Matrix weight) {
  DEEPBOLTZ_ASSERT(limit >= 0);
  ScratchScope scratch(ctx);
  double* factor = scratch.matrix(DType::f64, 1, weight.cols).as<double>().data;
  visit_real(weight.dtype, [&](auto real) {
    using Real = decltype(real);
    const auto w = weight.as<Real>();
    std::fill_n(factor, weight.cols, 0.0);
    for (std::int64_t r = 0; r < weight.rows; ++r)
      for (std::int64_t c = 0; c < weight.cols; ++c) factor[c] += double(w(r, c)) * w(r, c);
    bool any = false;
    for (std::int64_t c = 0; c < weight.cols; ++c) {
      const double norm = std::sqrt(factor[c]);
      factor[c] = norm > limit ? limit / norm : 1;
      any = any || norm > limit;
    }
    if (!any) return;
    for_rows(ctx, weight.rows, weight.cols, [&](std::int64_t r) {
      for (std::int64_t c = 0; c < weight.cols; ++c) w(r, c) = Real(factor[c] * w(r, c));
    });
  });
}

void add_outer(Context& ctx, double scale, ConstMatrix x, ConstMatrix y, Matrix out) {
  DEEPBOLTZ_ASSERT(x.cols == out.rows && y.cols == out.cols && x.dtype == out.dtype && y.dtype == out.dtype);
  visit_real(out.dtype, [&](auto real) {
    using Real = decltype(real);
    const Real* columns = y.as<Real>().data;
    for_rows(ctx, out.rows, out.cols, [&](std::int64_t r) {
      const Real factor = Real(scale) * x.as<Real>()(0, r);
      Real* to = out.as<Real>().row(r);
      for (std::int64_t c = 0; c < out.cols; ++c) to[c] += factor * columns[c];
    });
  });
}

}  // namespace deepboltz
