#include "deepboltz/system/ratings/rating_fields.h"

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/sparse_linear.h"
#include "deepboltz/kernel/unit_ops.h"

namespace deepboltz {

void require_rating_cases(const EnergyModel& model, const RatingCases& cases, const char* who) {
  const RatingLayers parts = rating_layers(model);
  const std::int64_t units = model.layer(parts.ratings).units, groups = parts.conditional ? units / parts.levels : 0;
  require(cases.ratings.cols == units, "{}: cases of {} units, the model has {}", who, cases.ratings.cols, units);
  require(cases.seen.cols == groups && (groups == 0 || cases.seen.rows() == cases.ratings.rows()),
          "{}: {} cases are told {} items as seen or not, the model is of {}", who, cases.ratings.rows(),
          cases.seen.cols, groups);
}

void rating_fields(Context& ctx, const EnergyModel& model, const RatingCases& cases, Matrix out) {
  const Tensor& bias = model.layer(rating_layers(model).hidden).bias;
  multiply_sparse(ctx, cases.ratings, model.connections()[kRatingWeights].weight, bias, out);
  add_seen_fields(ctx, model, cases.seen, out);
}

Tensor rating_means(Context& ctx, const EnergyModel& model, const RatingCases& cases) {
  const Layer& hidden = model.layer(rating_layers(model).hidden);
  const std::int64_t rows = cases.ratings.rows();
  Tensor input(model.precision(), rows, hidden.units), mean(model.precision(), rows, hidden.units);
  multiply_sparse(ctx, cases.ratings, model.connections()[kRatingWeights].weight, {}, input);
  add_seen_fields(ctx, model, cases.seen, input);
  unit_mean(ctx, hidden.unit, {input, hidden.bias, {}, {}, rows}, {}, mean);
  return mean;
}

void add_seen_fields(Context& ctx, const EnergyModel& model, const SparseRows& seen, Matrix out) {
  if (!rating_layers(model).conditional) return;
  ScratchScope scope(ctx);
  const Matrix told = scope.matrix(out.dtype, out.rows, out.cols);
  multiply_sparse(ctx, seen, model.connections()[kSeenWeights].weight, {}, told);
  scale_add(ctx, 1, told, 1, out);
}

}  // namespace deepboltz
