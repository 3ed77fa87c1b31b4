#include "deepboltz/system/ratings/predict_ratings.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/kernel/leave_one_out.h"
#include "deepboltz/kernel/sparse_linear.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/system/ratings/rating_fields.h"

namespace deepboltz {
namespace {

void require_apart(const SparseRows& known, const SparseRows& asked, std::int64_t levels) {
  require(known.rows() == asked.rows() && known.cols == asked.cols * levels,
          "predictions: {} cases of {} units do not fit {} cases of {} groups of {}", known.rows(), known.cols,
          asked.rows(), asked.cols, levels);
  for (std::int64_t r = 0; r < asked.rows(); ++r) {
    const auto has = known.row(r);
    for (const std::uint32_t group : asked.row(r)) {
      const auto at = std::ranges::lower_bound(has, std::uint32_t(group * levels));
      require(at == has.end() || std::int64_t(*at) >= (std::int64_t(group) + 1) * levels,
              "predictions: case {} is asked for group {}, which is among its known ones", r, group);
    }
  }
}

// log p(k) by the means of the hidden units.    field: (cases, hidden), becomes the means; log_p: (entries, levels)
void mean_field_log_p(Context& ctx, const EnergyModel& model, const GroupWeights& groups, const SparseRows& asked,
                      Matrix field, Matrix log_p) {
  const Layer& hidden = model.layer(*model.find(Role::hidden));
  ScratchScope scope(ctx);
  const Matrix no_bias = scope.matrix(field.dtype, 1, field.cols),
               mean = scope.matrix(field.dtype, field.rows, field.cols),
               products = scope.matrix(field.dtype, asked.entries() * groups.classes, 1);
  std::fill_n(no_bias.data, std::size_t(no_bias.cols) * size_of(no_bias.dtype), std::byte(0));
  unit_mean(ctx, hidden.unit, {field, no_bias, {}, {}, field.rows}, {}, mean);
  SparseRows pattern;
  pattern.cols = asked.cols * groups.classes;
  for (std::int64_t r = 0; r < asked.rows(); ++r) {
    for (const std::uint32_t group : asked.row(r))
      for (std::int64_t k = 0; k < groups.classes; ++k)
        pattern.column.push_back(std::uint32_t(group * groups.classes + k));
    pattern.end_row();
  }
  sampled_products(ctx, pattern, mean, groups.weight, products);
  visit_real(field.dtype, [&](auto real) {
    using Real = decltype(real);
    std::vector<double> f(static_cast<std::size_t>(groups.classes));
    for (std::int64_t e = 0; e < asked.entries(); ++e) {
      for (std::int64_t k = 0; k < groups.classes; ++k)
        f[std::size_t(k)] = double(products.as<Real>()(e * groups.classes + k, 0)) +
                            double(groups.bias.as<Real>()(0, asked.column[std::size_t(e)] * groups.classes + k));
      const double log_z = log_sum_exp(std::span<const double>(f));
      for (std::int64_t k = 0; k < groups.classes; ++k) log_p.as<Real>()(e, k) = Real(f[std::size_t(k)] - log_z);
    }
  });
}

// Every question as a case of its own, with the field of its case and what is asked for among the seen.
SparseRows one_by_one(const EnergyModel& model, const SparseRows& seen, const SparseRows& asked, ConstMatrix field,
                      Matrix out) {
  SparseRows questions;
  questions.cols = asked.cols;
  visit_real(field.dtype, [&](auto real) {
    using Real = decltype(real);
    const auto d = model.connections()[kSeenWeights].weight.as<Real>();
    for (std::int64_t r = 0; r < asked.rows(); ++r)
      for (const std::uint32_t q : asked.row(r)) {
        const bool is_told = std::ranges::binary_search(seen.row(r), q);
        Real* x = out.as<Real>().row(questions.rows());
        for (std::int64_t j = 0; j < field.cols; ++j)
          x[j] = field.as<Real>()(r, j) + (is_told ? Real(0) : d(std::int64_t(q), j));
        questions.column.push_back(q);
        questions.end_row();
      }
  });
  return questions;
}

}  // namespace

Tensor predict_levels(Context& ctx, const EnergyModel& model, const RatingCases& known, const SparseRows& asked,
                      RatingInference inference) {
  const RatingLayers parts = rating_layers(model);
  const GroupWeights groups{model.connections()[kRatingWeights].weight, model.layer(parts.ratings).bias, parts.levels};
  require_apart(known.ratings, asked, groups.classes);
  require_rating_cases(model, known, "predictions");
  const std::int64_t hidden = model.layer(parts.hidden).units;
  ScratchScope scope(ctx);
  Matrix field = scope.matrix(model.precision(), asked.rows(), hidden);
  rating_fields(ctx, model, known, field);
  SparseRows questions = asked;
  if (parts.conditional) {
    const Matrix of_each = scope.matrix(model.precision(), asked.entries(), hidden);
    questions = one_by_one(model, known.seen, asked, field, of_each);
    field = of_each;
  }
  Tensor log_p(model.precision(), asked.entries(), groups.classes);
  if (inference == RatingInference::exact)
    group_log_p(ctx, groups, questions, field, log_p);
  else
    mean_field_log_p(ctx, model, groups, questions, field, log_p);
  Tensor p(DType::f64, asked.entries(), groups.classes);
  for (std::int64_t e = 0; e < p.rows(); ++e)
    for (std::int64_t k = 0; k < p.cols(); ++k) p.set(e, k, std::exp(log_p.at(e, k)));
  return p;
}

std::vector<double> expected_ratings(const RatingScale& scale, const Tensor& probability) {
  std::vector<double> out(std::size_t(probability.rows()), 0);
  for (std::int64_t e = 0; e < probability.rows(); ++e) {
    double total = 0;
    for (std::int64_t k = 0; k < probability.cols(); ++k) {
      out[std::size_t(e)] += probability.at(e, k) * scale.value(k);
      total += probability.at(e, k);
    }
    out[std::size_t(e)] = std::clamp(out[std::size_t(e)] / total, scale.lowest, scale.highest);
  }
  return out;
}

RatingScore score_ratings(Context& ctx, const EnergyModel& model, const RatingScale& scale, const RatingCases& known,
                          const SparseRows& held_out, RatingInference inference) {
  const std::int64_t levels = scale.levels();
  const Tensor p = predict_levels(ctx, model, known, groups_of(held_out, levels), inference);
  const std::vector<double> expected = expected_ratings(scale, p);
  std::vector<double> squares(expected.size()), log_p(expected.size());
  for (std::size_t e = 0; e < expected.size(); ++e) {
    const std::int64_t level = held_out.column[e] % levels;
    const double miss = expected[e] - scale.value(level);
    squares[e] = miss * miss;
    log_p[e] = std::log(p.at(std::int64_t(e), level));
  }
  return {root_mean_square(squares), mean_estimate(log_p)};
}

Estimate root_mean_square(std::span<const double> squares) {
  const Estimate mean = mean_estimate(squares);
  Estimate out = mean;
  out.value = std::sqrt(mean.value);
  out.standard_error = mean.value > 0 ? mean.standard_error / (2 * out.value) : 0;
  out.lower = out.value - 3 * out.standard_error;
  out.upper = out.value + 3 * out.standard_error;
  return out;
}

}  // namespace deepboltz
