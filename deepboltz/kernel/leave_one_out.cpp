#include "deepboltz/kernel/leave_one_out.h"

#include "deepboltz/base/numeric.h"
#include "deepboltz/kernel/cpu/leave_one_out_simd.h"
#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kLeaveNone = -1;

// The inner loops, plainly.
template <class Real> struct Plain {
  struct Group {
    const Real* field;
    const Real* weight;
    std::int64_t stride, classes, hidden, taken;

    Real z(std::int64_t k, std::int64_t j) const {
      const Real rest = taken < 0 ? field[j] : field[j] - weight[taken * stride + j];
      return rest + weight[k * stride + j];
    }
  };

  static void log_weights(const Group& group, double* log_weight, Real* slope) {
    for (std::int64_t k = 0; k < group.classes; ++k) {
      log_weight[k] = 0;
      for (std::int64_t j = 0; j < group.hidden; ++j) {
        log_weight[k] += double(log1p_exp(group.z(k, j)));
        if (slope) slope[k * group.hidden + j] = logistic(group.z(k, j));
      }
    }
  }
  static void push(const Real* slope, const Real* residual, std::int64_t classes, std::int64_t hidden, Real* out) {
    for (std::int64_t j = 0; j < hidden; ++j)
      for (std::int64_t k = 0; k < classes; ++k) out[j] += residual[k] * slope[k * hidden + j];
  }
  static void gradient(const Group& group, const Real* residual, const Real* push, Real* out) {
    for (std::int64_t j = 0; j < group.hidden; ++j) {
      Real others = push[j];
      for (std::int64_t k = 0; k < group.classes; ++k) {
        const Real step = residual[k] * logistic(group.z(k, j));
        out[k * group.stride + j] += step;
        others -= step;
      }
      out[group.taken * group.stride + j] += others;
    }
  }
};

// The same in vectors.
struct Simd {
  using Group = simd::Group;

  static void log_weights(const Group& group, double* log_weight, float* slope) {
    simd::group_log_weights(group, log_weight, slope);
  }
  static void push(const float* slope, const float* residual, std::int64_t classes, std::int64_t hidden, float* out) {
    simd::add_push(slope, residual, classes, hidden, out);
  }
  static void gradient(const Group& group, const float* residual, const float* push, float* out) {
    simd::add_group_gradient(group, residual, push, out);
  }
};

template <class Real> using Fast = std::conditional_t<std::is_same_v<Real, float>, Simd, Plain<Real>>;

template <class Loops, class Real>
typename Loops::Group group_at(const GroupWeights& groups, const Real* field, std::int64_t group, std::int64_t taken) {
  const auto weight = groups.weight.as<Real>();
  return {field, weight.row(group * groups.classes), weight.stride, groups.classes, weight.cols, taken};
}

// log_p[k] ← the logs of the weights, normalised.
template <class Real> void normalise(const GroupWeights& groups, std::int64_t group, std::span<double> log_p) {
  const Real* bias = groups.bias.as<Real>().row(0) + group * groups.classes;
  for (std::size_t k = 0; k < log_p.size(); ++k) log_p[k] += double(bias[k]);
  const double log_z = log_sum_exp(std::span<const double>(log_p));
  for (double& x : log_p) x -= log_z;
}

template <class Real>
void find_residual(std::span<const double> log_p, std::int64_t taken, double squares, Real* residual) {
  double expected = 0;
  for (std::size_t k = 0; k < log_p.size(); ++k) expected += double(k) * std::exp(log_p[k]);
  for (std::size_t k = 0; k < log_p.size(); ++k) {
    const double p = std::exp(log_p[k]), hit = std::int64_t(k) == taken ? 1 : 0;
    residual[k] = Real((1 - squares) * (hit - p) + squares * (double(taken) - expected) * p * (double(k) - expected));
  }
}

// Rows of x in blocks of a few, because one may have a thousand entries.
template <class Body> void for_cases(Context& ctx, const SparseRows& x, Body&& body) {
  constexpr std::int64_t kCases = 4;
  const std::int64_t tiles = (x.rows() + kCases - 1) / kCases;
  ctx.parallel(tiles, [&](std::int64_t tile) {
    for (std::int64_t r = tile * kCases; r < std::min(x.rows(), (tile + 1) * kCases); ++r) body(r);
  });
}

template <class Loops, class Real>
double leave_one_out_case(const GroupWeights& groups, const SparseRows& x, std::int64_t row, const Real* field,
                          double squares, View<Real> residual, Real* push) {
  const std::int64_t classes = groups.classes, hidden = groups.weight.cols;
  std::vector<double> log_p(static_cast<std::size_t>(classes));
  std::vector<Real> slope(std::size_t(classes * hidden));
  std::fill_n(push, hidden, Real(0));
  double sum = 0;
  for (std::int64_t e = x.first[std::size_t(row)]; e < x.first[std::size_t(row) + 1]; ++e) {
    const std::int64_t group = x.column[std::size_t(e)] / classes, taken = x.column[std::size_t(e)] % classes;
    Loops::log_weights(group_at<Loops>(groups, field, group, taken), log_p.data(), slope.data());
    normalise<Real>(groups, group, log_p);
    sum += log_p[std::size_t(taken)];
    Real* r = residual.row(e);
    find_residual(log_p, taken, squares, r);
    Loops::push(slope.data(), r, classes, hidden, push);
  }
  return sum;
}

template <template <class> class Loops>
void leave_one_out_by(Context& ctx, const GroupWeights& groups, const SparseRows& x, ConstMatrix field, double squares,
                      Matrix residual, Matrix push, std::span<double> log_p) {
  DEEPBOLTZ_ASSERT(residual.rows == x.entries() && residual.cols == groups.classes && push.rows == x.rows());
  visit_real(field.dtype, [&](auto real) {
    using Real = decltype(real);
    for_cases(ctx, x, [&](std::int64_t row) {
      log_p[std::size_t(row)] = leave_one_out_case<Loops<Real>, Real>(
          groups, x, row, field.as<Real>().row(row), squares, residual.as<Real>(), push.as<Real>().row(row));
    });
  });
}

template <template <class> class Loops>
void add_gradient_by(Context& ctx, const GroupWeights& groups, const SparseRows& x, const SparseRows& turned,
                     std::span<const std::int64_t> entry, ConstMatrix field, ConstMatrix residual, ConstMatrix push,
                     Matrix gradient) {
  visit_real(field.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, turned.rows(),
             (turned.entries() / std::max<std::int64_t>(turned.rows(), 1) + 1) * field.cols * groups.classes,
             [&](std::int64_t group) {
               for (std::int64_t t = turned.first[std::size_t(group)]; t < turned.first[std::size_t(group) + 1]; ++t) {
                 const std::int64_t row = turned.column[std::size_t(t)], e = entry[std::size_t(t)];
                 const std::int64_t taken = x.column[std::size_t(e)] % groups.classes;
                 Loops<Real>::gradient(group_at<Loops<Real>>(groups, field.as<Real>().row(row), group, taken),
                                       residual.as<Real>().row(e), push.as<Real>().row(row),
                                       gradient.as<Real>().row(group * groups.classes));
               }
             });
  });
}

}  // namespace

void group_log_p(Context& ctx, const GroupWeights& groups, const SparseRows& asked, ConstMatrix field, Matrix log_p) {
  DEEPBOLTZ_ASSERT(log_p.rows == asked.entries() && log_p.cols == groups.classes && field.rows == asked.rows());
  visit_real(field.dtype, [&](auto real) {
    using Real = decltype(real);
    for_cases(ctx, asked, [&](std::int64_t row) {
      std::vector<double> weights(static_cast<std::size_t>(groups.classes));
      for (std::int64_t e = asked.first[std::size_t(row)]; e < asked.first[std::size_t(row) + 1]; ++e) {
        const std::int64_t group = asked.column[std::size_t(e)];
        Fast<Real>::log_weights(group_at<Fast<Real>>(groups, field.as<Real>().row(row), group, kLeaveNone),
                                weights.data(), nullptr);
        normalise<Real>(groups, group, weights);
        for (std::size_t k = 0; k < weights.size(); ++k) log_p.as<Real>()(e, std::int64_t(k)) = Real(weights[k]);
      }
    });
  });
}

void leave_one_out(Context& ctx, const GroupWeights& groups, const SparseRows& x, ConstMatrix field, double squares,
                   Matrix residual, Matrix push, std::span<double> log_p) {
  leave_one_out_by<Fast>(ctx, groups, x, field, squares, residual, push, log_p);
}

void leave_one_out_plain(Context& ctx, const GroupWeights& groups, const SparseRows& x, ConstMatrix field,
                         double squares, Matrix residual, Matrix push, std::span<double> log_p) {
  leave_one_out_by<Plain>(ctx, groups, x, field, squares, residual, push, log_p);
}

void add_leave_one_out_gradient(Context& ctx, const GroupWeights& groups, const SparseRows& x, const SparseRows& turned,
                                std::span<const std::int64_t> entry, ConstMatrix field, ConstMatrix residual,
                                ConstMatrix push, Matrix gradient) {
  add_gradient_by<Fast>(ctx, groups, x, turned, entry, field, residual, push, gradient);
}

void add_leave_one_out_gradient_plain(Context& ctx, const GroupWeights& groups, const SparseRows& x,
                                      const SparseRows& turned, std::span<const std::int64_t> entry, ConstMatrix field,
                                      ConstMatrix residual, ConstMatrix push, Matrix gradient) {
  add_gradient_by<Plain>(ctx, groups, x, turned, entry, field, residual, push, gradient);
}

SparseRows groups_of(const SparseRows& x, std::int64_t classes) {
  SparseRows out = x;
  out.cols = x.cols / classes;
  for (std::uint32_t& c : out.column) c = std::uint32_t(c / classes);
  return out;
}

}  // namespace deepboltz
