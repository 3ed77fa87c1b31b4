#include "deepboltz/system/ratings/rating_gradient.h"

#include <numeric>

#include "deepboltz/kernel/leave_one_out.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/sparse_linear.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/ratings/rating_fields.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kHidden, kLevels };

GroupWeights group_weights(const EnergyModel& model) {
  const RatingLayers parts = rating_layers(model);
  return {model.connections()[kRatingWeights].weight, model.layer(parts.ratings).bias, parts.levels};
}

// Every class of the groups that a case has.
SparseRows all_classes(const SparseRows& x, std::int64_t classes) {
  SparseRows out;
  out.cols = x.cols;
  out.column.reserve(x.column.size() * std::size_t(classes));
  for (std::int64_t r = 0; r < x.rows(); ++r) {
    for (const std::uint32_t c : x.row(r))
      for (std::int64_t k = 0; k < classes; ++k) out.column.push_back(std::uint32_t(c / classes * classes + k));
    out.end_row();
  }
  return out;
}

// The levels of the groups drawn given hidden states.    fields: (entries·classes, 1), without biases
void draw_levels(const EnergyModel& model, Key key, ConstMatrix fields, SparseRows& x) {
  const Layer& ratings = model.layer(model.visible());
  const Softmax unit = std::get<Softmax>(ratings.unit);
  const auto classes = std::size_t(unit.classes);
  std::vector<double> f(classes), mean(classes);
  visit_real(fields.dtype, [&](auto real) {
    using Real = decltype(real);
    for (std::int64_t r = 0; r < x.rows(); ++r)
      for (std::int64_t e = x.first[std::size_t(r)]; e < x.first[std::size_t(r) + 1]; ++e) {
        std::uint32_t& column = x.column[std::size_t(e)];
        const std::uint32_t group = std::uint32_t(column / classes);
        for (std::size_t k = 0; k < classes; ++k)
          f[k] = double(fields.as<Real>()(e * unit.classes + std::int64_t(k), 0)) +
                 double(ratings.bias.as<Real>()(0, std::int64_t(group * classes + k)));
        unit.mean(f.data(), mean.data());
        column = std::uint32_t(group * classes +
                               std::size_t(unit.draw(mean.data(), double(uniform(key, std::uint32_t(r), group)))));
      }
  });
}

// row ← row + scale · Σ over cases.
void add_column_sums(Context& ctx, double scale, ConstMatrix x, Matrix row) {
  ScratchScope scope(ctx);
  const Matrix means = scope.matrix(x.dtype, 1, x.cols);
  column_means(ctx, x, means);
  scale_add(ctx, scale * double(x.rows), means, 1, row);
}

void add_bias_counts(double scale, const SparseRows& x, Tensor& bias) {
  visit_real(bias.dtype(), [&](auto real) {
    using Real = decltype(real);
    for (const std::uint32_t c : x.column) bias.as<Real>()(0, c) += Real(scale);
  });
}

void contrastive_divergence(Context& ctx, int sweeps, Key key, const EnergyModel& model, const RatingCases& cases,
                            Parameters& gradient) {
  const auto [visible, hidden, classes, conditional] = rating_layers(model);
  const SparseRows& batch = cases.ratings;
  const Tensor& weight = model.connections()[kRatingWeights].weight;
  const DType type = model.precision();
  ScratchScope scope(ctx);
  const std::int64_t units = model.layer(hidden).units;
  const Matrix input = scope.matrix(type, batch.rows(), units), h = scope.matrix(type, batch.rows(), units),
               data = scope.matrix(type, batch.rows(), units), reconstruction = scope.matrix(type, batch.rows(), units),
               fields = scope.matrix(type, batch.entries() * classes, 1);
  const auto sample_hidden = [&](const SparseRows& x, Key now, Matrix mean) {
    multiply_sparse(ctx, x, weight, {}, input);
    add_seen_fields(ctx, model, cases.seen, input);
    unit_sample(ctx, model.layer(hidden).unit, {input, model.layer(hidden).bias, {}, {}, batch.rows()},
                now.fold(kHidden), 0, {}, h, mean);
  };
  const SparseRows pattern = all_classes(batch, classes);
  SparseRows x = batch;
  sample_hidden(batch, key.fold(0), data);
  for (int sweep = 1; sweep <= sweeps; ++sweep) {
    const Key now = key.fold(std::uint64_t(sweep));
    sampled_products(ctx, pattern, h, weight, fields);
    draw_levels(model, now.fold(kLevels), fields, x);
    sample_hidden(x, now, reconstruction);
  }
  add_sparse_gradient(ctx, 1, transposed(batch), data, gradient.weight[kRatingWeights]);
  add_sparse_gradient(ctx, -1, transposed(x), reconstruction, gradient.weight[kRatingWeights]);
  if (conditional) {
    const SparseRows turned = transposed(cases.seen);
    add_sparse_gradient(ctx, 1, turned, data, gradient.weight[kSeenWeights]);
    add_sparse_gradient(ctx, -1, turned, reconstruction, gradient.weight[kSeenWeights]);
  }
  add_bias_counts(1, batch, gradient.bias[std::size_t(visible.index)]);
  add_bias_counts(-1, x, gradient.bias[std::size_t(visible.index)]);
  add_column_sums(ctx, 1, data, gradient.bias[std::size_t(hidden.index)]);
  add_column_sums(ctx, -1, reconstruction, gradient.bias[std::size_t(hidden.index)]);
}

double pseudo_likelihood(Context& ctx, double squares, const EnergyModel& model, const RatingCases& cases,
                         Parameters& gradient) {
  const auto [visible, hidden, classes, conditional] = rating_layers(model);
  const SparseRows& batch = cases.ratings;
  std::vector<std::int64_t> entry;
  const SparseRows turned = transposed(groups_of(batch, classes), &entry);
  const GroupWeights groups = group_weights(model);
  const DType type = model.precision();
  ScratchScope scope(ctx);
  const std::int64_t units = model.layer(hidden).units;
  const Matrix field = scope.matrix(type, batch.rows(), units), push = scope.matrix(type, batch.rows(), units),
               residual = scope.matrix(type, batch.entries(), classes);
  std::vector<double> log_p(std::size_t(batch.rows()));
  rating_fields(ctx, model, cases, field);
  leave_one_out(ctx, groups, batch, field, squares, residual, push, log_p);
  add_leave_one_out_gradient(ctx, groups, batch, turned, entry, field, residual, push, gradient.weight[kRatingWeights]);
  if (conditional) add_sparse_gradient(ctx, 1, transposed(cases.seen), push, gradient.weight[kSeenWeights]);
  visit_real(type, [&](auto real) {
    using Real = decltype(real);
    const auto bias = gradient.bias[std::size_t(visible.index)].as<Real>();
    for (std::int64_t e = 0; e < batch.entries(); ++e) {
      const std::int64_t group = batch.column[std::size_t(e)] / classes;
      for (std::int64_t k = 0; k < classes; ++k) bias(0, group * classes + k) += residual.as<Real>()(e, k);
    }
  });
  add_column_sums(ctx, 1, push, gradient.bias[std::size_t(hidden.index)]);
  return std::accumulate(log_p.begin(), log_p.end(), 0.0);
}

}  // namespace

double rating_gradient(Context& ctx, const RatingLearner& learner, int sweeps, Key key, const EnergyModel& model,
                       const RatingCases& batch, RatingLearning& learning) {
  require_rating_cases(model, batch, "ratings");
  if (learner.method == RatingLearner::Method::contrastive_divergence) {
    contrastive_divergence(ctx, sweeps, key, model, batch, learning.gradient);
    return 0;
  }
  return pseudo_likelihood(ctx, learner.squares, model, batch, learning.gradient);
}

}  // namespace deepboltz
