#include "deepboltz/kernel/update.h"

#include <cmath>
#include <type_traits>

#include "deepboltz/kernel/cpu/reduce_simd.h"
#include "deepboltz/kernel/cpu/update_simd.h"
#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {
namespace {

template <class Real> Real sign(Real x) { return Real(x > 0) - Real(x < 0); }

// ---- One row, in double; in float cpu/update_simd.cpp

struct MomentumRow {
  double rate, momentum;
  bool nesterov;
  Decay decay;

  void operator()(const double* gradient, std::int64_t size, double* velocity, double* weight) const {
    for (std::int64_t i = 0; i < size; ++i) {
      const double push = rate * (gradient[i] - decay.l2 * weight[i] - decay.l1 * sign(weight[i]));
      velocity[i] = momentum * velocity[i] + push;
      weight[i] += nesterov ? momentum * velocity[i] + push : velocity[i];
    }
  }
  void operator()(const float* gradient, std::int64_t size, float* velocity, float* weight) const {
    const simd::Momentum step{float(rate), float(momentum), float(decay.l2), float(decay.l1), nesterov};
    simd::momentum_row(step, gradient, size, velocity, weight);
  }
};

struct AdamRow {
  double rate, unbias_second;
  AdamMoments keep;
  Decay decay;

  void operator()(const double* gradient, std::int64_t size, double* m, double* v, double* weight) const {
    for (std::int64_t i = 0; i < size; ++i) {
      const double g = gradient[i] - decay.l2 * weight[i] - decay.l1 * sign(weight[i]);
      m[i] = keep.first * m[i] + (1 - keep.first) * g;
      v[i] = keep.second * v[i] + (1 - keep.second) * g * g;
      weight[i] += rate * m[i] / (std::sqrt(unbias_second * v[i]) + keep.epsilon);
    }
  }
  void operator()(const float* gradient, std::int64_t size, float* m, float* v, float* weight) const {
    const simd::Adam step{float(rate),           float(unbias_second), float(keep.first),
                          float(1 - keep.first), float(keep.second),   float(1 - keep.second),
                          float(keep.epsilon),   float(decay.l2),      float(decay.l1)};
    simd::adam_row(step, gradient, size, m, v, weight);
  }
};

void add_squares_to_sums(const double* x, std::int64_t size, double* sum) {
  for (std::int64_t i = 0; i < size; ++i) sum[i] += x[i] * x[i];
}
using simd::add_squares_to_sums;

}  // namespace

void momentum_step(Context& ctx, double rate, double momentum, bool nesterov, Decay decay, ConstMatrix gradient,
                   Matrix velocity, Matrix weight) {
  DEEPBOLTZ_ASSERT(gradient.rows == weight.rows && gradient.cols == weight.cols && gradient.dtype == weight.dtype);
  DEEPBOLTZ_ASSERT(velocity.rows == weight.rows && velocity.cols == weight.cols && velocity.dtype == weight.dtype);
  const MomentumRow step{rate, momentum, nesterov, decay};
  visit_real(weight.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, weight.rows, weight.cols, [&](std::int64_t r) {
      step(gradient.as<Real>().row(r), weight.cols, velocity.as<Real>().row(r), weight.as<Real>().row(r));
    });
  });
}

void adam_step(Context& ctx, double rate, AdamMoments moments, std::int64_t step, Decay decay, ConstMatrix gradient,
               Matrix first_moment, Matrix second_moment, Matrix weight) {
  DEEPBOLTZ_ASSERT(gradient.rows == weight.rows && gradient.cols == weight.cols && gradient.dtype == weight.dtype);
  DEEPBOLTZ_ASSERT(step >= 1);
  const AdamRow row{rate / (1 - std::pow(moments.first, double(step))),
                    1 / (1 - std::pow(moments.second, double(step))), moments, decay};
  visit_real(weight.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, weight.rows, weight.cols, [&](std::int64_t r) {
      row(gradient.as<Real>().row(r), weight.cols, first_moment.as<Real>().row(r), second_moment.as<Real>().row(r),
          weight.as<Real>().row(r));
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
    for (std::int64_t r = 0; r < weight.rows; ++r) add_squares_to_sums(w.row(r), weight.cols, factor);
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
      if constexpr (std::is_same_v<Real, float>) {
        simd::scale_add(factor, columns, 1, out.cols, to);
      } else {
        for (std::int64_t c = 0; c < out.cols; ++c) to[c] += factor * columns[c];
      }
    });
  });
}

}  // namespace deepboltz
