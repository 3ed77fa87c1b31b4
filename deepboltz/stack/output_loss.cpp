#include "deepboltz/stack/output_loss.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "deepboltz/base/numeric.h"
#include "deepboltz/kernel/binarise.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/kernel/unit_ops.h"

namespace deepboltz {
namespace {

// One class a case.
Score score_classes(Context& ctx, std::span<const std::uint32_t> labels, std::span<const std::uint32_t> rows,
                    double scale, Matrix logits) {
  ScratchScope scope(ctx);
  const auto losses = scope.matrix(DType::f64, 1, logits.rows).as<double>();
  const auto wrong = scope.matrix(DType::u8, 1, logits.rows).as<std::uint8_t>();
  visit_real(logits.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, logits.rows, logits.cols, [&](std::int64_t r) {
      Real* z = logits.as<Real>().row(r);
      const std::uint32_t label = labels[rows[std::size_t(r)]];
      const double log_z = log_sum_exp(std::span<const Real>(z, std::size_t(logits.cols)));
      losses(0, r) = log_z - double(z[label]);
      wrong(0, r) = std::max_element(z, z + logits.cols) - z != std::int64_t(label);
      if (scale == 0) return;
      for (std::int64_t k = 0; k < logits.cols; ++k)
        z[k] = Real(scale * ((k == std::int64_t(label) ? 1.0 : 0.0) - std::exp(double(z[k]) - log_z)));
    });
  });
  Score total{.cases = logits.rows};
  for (std::int64_t r = 0; r < logits.rows; ++r) total.loss += losses(0, r), total.errors += wrong(0, r);
  return total;
}

// Rows ← rows divided by their sums; a row of zeros stays.
void divide_by_sums(Context& ctx, Matrix x) {
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, x.rows, x.cols, [&](std::int64_t r) {
      Real* row = x.as<Real>().row(r);
      double sum = 0;
      for (std::int64_t c = 0; c < x.cols; ++c) sum += double(row[c]);
      for (std::int64_t c = 0; sum > 0 && c < x.cols; ++c) row[c] = Real(double(row[c]) / sum);
    });
  });
}

// Values of the units.
Score score_values(Context& ctx, const Unit& unit, const Input& targets, std::span<const std::uint32_t> rows,
                   double scale, Matrix fields) {
  ScratchScope scope(ctx);
  const Matrix target = scope.matrix(fields.dtype, fields.rows, fields.cols),
               mean = scope.matrix(fields.dtype, fields.rows, fields.cols);
  gather_rows(ctx, targets, rows, target);
  const bool counts = std::holds_alternative<Counts>(unit);
  if (counts) divide_by_sums(ctx, target);
  const Tensor no_bias(fields.dtype, 1, fields.cols);
  Field field;
  field.input = fields;
  field.bias = no_bias;
  field.cases = fields.rows;
  std::vector<double> losses(static_cast<std::size_t>(fields.rows)), squares(losses.size());
  add_log_partition(ctx, unit, field, {}, {}, 1, losses);
  add_row_dots(ctx, -1, target, fields, losses);
  if (!counts) {
    std::vector<double> measure(losses.size());
    add_log_measure(ctx, unit, target, {}, measure);
    for (std::size_t r = 0; r < losses.size(); ++r) losses[r] -= measure[r];
  }
  unit_mean(ctx, unit, field, {}, mean);
  scale_add(ctx, -1, mean, 1, target);  // target − mean
  add_row_dots(ctx, 1, target, target, squares);
  if (scale != 0) scale_add(ctx, scale, target, 0, fields);
  Score total{.cases = fields.rows};
  for (std::size_t r = 0; r < losses.size(); ++r) total.loss += losses[r], total.squared_error += squares[r];
  return total;
}

}  // namespace

Score& Score::operator+=(const Score& other) {
  loss += other.loss;
  squared_error += other.squared_error;
  errors += other.errors;
  cases += other.cases;
  return *this;
}

Score score_rows(Context& ctx, const Unit& unit, const Examples& examples, std::span<const std::uint32_t> rows,
                 double scale, Matrix fields) {
  return examples.targets.empty() ? score_classes(ctx, examples.labels, rows, scale, fields)
                                  : score_values(ctx, unit, examples.targets, rows, scale, fields);
}

void gather_rows(Context& ctx, const Input& x, std::span<const std::uint32_t> rows, Matrix out) {
  if (x.sparse != nullptr) return fill_rows(ctx, *x.sparse, rows, out);
  if (x.dense.dtype == DType::u8) return binarise(ctx, Binarise::none, x.dense, rows, {}, out);
  const auto size = std::int64_t(size_of(out.dtype));
  for_rows(ctx, out.rows, out.cols, [&](std::int64_t r) {
    std::memcpy(out.data + r * out.stride * size, x.dense.data + rows[std::size_t(r)] * x.dense.stride * size,
                std::size_t(x.dense.cols * size));
  });
}

void require_targets(const Unit& unit, std::int64_t outputs, const Examples& examples) {
  if (!examples.targets.empty()) {
    require(examples.labels.empty(), "network: its cases have classes and values as targets; expected one of them");
    require(is_normalised(unit), "network: \"{}\" units have no log p, which the loss is made of", word_of(unit));
    require(examples.targets.rows() == examples.cases(), "network: {} cases have {} targets", examples.cases(),
            examples.targets.rows());
    require(examples.targets.cols() == outputs, "network: it has {} outputs, but targets have {} numbers", outputs,
            examples.targets.cols());
    return;
  }
  require(std::holds_alternative<Softmax>(unit) && group_size(unit) == outputs,
          "network: the last layer of a classifier is one \"softmax\" unit, got {} outputs of \"{}\"", outputs,
          word_of(unit));
  require(std::int64_t(examples.labels.size()) == examples.cases(), "network: {} cases have {} labels",
          examples.cases(), examples.labels.size());
  for (std::uint32_t label : examples.labels)
    require(label < outputs, "network: it knows {} classes, but a label is {}", outputs, label);
}

}  // namespace deepboltz
