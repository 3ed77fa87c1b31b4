#include "deepboltz/learn/discriminative.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/base/numeric.h"
#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/field.h"

namespace deepboltz {
namespace {

std::size_t index(LayerId id) { return std::size_t(id.index); }

// The connections of the three layers, by their places in the model.
struct Links {
  LayerId visible, hidden, label;
  std::size_t features = 0, classes = 0;  // W (visible, hidden), U (label, hidden)
};

Links links_of(const EnergyModel& model) {
  Links links{model.visible(), *model.find(Role::hidden), *model.find(Role::label)};
  for (std::size_t c = 0; c < model.connections().size(); ++c)
    (model.connections()[c].lower == links.visible ? links.features : links.classes) = c;
  return links;
}

// residual ← 1[y = k] − p(k | v), from the class scores d_k + Σ_j A(o_kj) in `score`, a class a row.
template <class Real> void residuals(View<double> score, View<const Real> label, View<Real> residual) {
  std::vector<double> row(static_cast<std::size_t>(score.rows));
  for (std::int64_t r = 0; r < label.rows; ++r) {
    for (std::int64_t k = 0; k < score.rows; ++k) row[std::size_t(k)] = score(k, r);
    const double total = log_sum_exp(std::span<const double>(row));
    for (std::int64_t k = 0; k < score.rows; ++k)
      residual(r, k) = Real(double(label(r, k)) - std::exp(row[std::size_t(k)] - total));
  }
}

}  // namespace

bool has_label_posterior(const EnergyModel& model) {
  const auto label = model.find(Role::label);
  if (!label || model.layers().size() != 3 || model.ids(Role::hidden).size() != 1 || !model.find(Role::visible))
    return false;
  const LayerId hidden = model.ids(Role::hidden).front();
  return model.connections().size() == 2 && group_size(model.layer(*label).unit) == model.layer(*label).units &&
         std::ranges::all_of(model.connections(), [&](const Connection& c) { return c.upper == hidden; });
}

void add_discriminative(Context& ctx, const EnergyModel& model, const State& data, double keep, Parameters& gradient) {
  DEEPBOLTZ_ASSERT(has_label_posterior(model));
  const Links links = links_of(model);
  const Layer& hidden = model.layer(links.hidden);
  const DType type = model.precision();
  const std::int64_t cases = data.cases, classes = model.layer(links.label).units;
  const Tensor &features = model.connections()[links.features].weight,
               &rows = model.connections()[links.classes].weight;
  const ConstMatrix v = data.x(links.visible), y = data.x(links.label);
  ScratchScope scope(ctx);

  const Matrix input = scope.matrix(type, cases, hidden.units);
  multiply(ctx, 1, v, Transpose::no, features, Transpose::no, 0, input);
  const Matrix hidden_bias = scope.matrix(type, 1, hidden.units), class_bias = scope.matrix(type, 1, classes);
  ordinary_bias(ctx, model, links.hidden, hidden_bias);
  ordinary_bias(ctx, model, links.label, class_bias);

  const auto score = scope.matrix(DType::f64, classes, cases).as<double>();
  std::vector<Matrix> mean;  // A'(o_k), a class
  for (std::int64_t k = 0; k < classes; ++k) {
    const Matrix bias = scope.matrix(type, 1, hidden.units);
    scale_add(ctx, 1, hidden_bias, 0, bias);
    scale_add(ctx, 1, rows.view().slice(k, 1), 1, bias);
    const Field field{.input = input, .bias = bias, .beta = {}, .base = {}, .cases = cases};
    mean.push_back(scope.matrix(type, cases, hidden.units));
    unit_mean(ctx, hidden.unit, field, {}, mean.back());
    const std::span<double> row(score.row(k), std::size_t(cases));
    visit_real(type, [&](auto real) { std::ranges::fill(row, double(class_bias.as<decltype(real)>()(0, k))); });
    add_log_partition(ctx, hidden.unit, field, {}, {}, 1, row);
  }

  const Matrix residual = scope.matrix(type, cases, classes), push = scope.matrix(type, cases, hidden.units);
  visit_real(type, [&](auto real) {
    using Real = decltype(real);
    const auto r_k = residual.as<Real>();
    residuals(score, y.as<Real>(), r_k);
    for_rows(ctx, cases, hidden.units * classes, [&](std::int64_t r) {
      Real* out = push.as<Real>().row(r);
      std::fill_n(out, hidden.units, Real(0));
      for (std::int64_t k = 0; k < classes; ++k) {
        const Real factor = r_k(r, k);
        const Real* a = mean[std::size_t(k)].as<Real>().row(r);
        for (std::int64_t j = 0; j < hidden.units; ++j) out[j] += factor * a[j];
      }
    });
  });

  const double share = 1 / double(cases);
  multiply(ctx, share, v, Transpose::yes, push, Transpose::no, keep, gradient.weight[links.features]);
  const Matrix column = scope.matrix(type, cases, 1);
  for (std::int64_t k = 0; k < classes; ++k) {
    visit_real(type, [&](auto real) {
      using Real = decltype(real);
      for (std::int64_t r = 0; r < cases; ++r) column.as<Real>()(r, 0) = residual.as<Real>()(r, k);
    });
    multiply(ctx, share, column, Transpose::yes, mean[std::size_t(k)], Transpose::no, keep,
             gradient.weight[links.classes].view().slice(k, 1));
  }
  const auto add_mean = [&](ConstMatrix x, LayerId layer) {
    const Matrix column_mean = scope.matrix(type, 1, x.cols);
    column_means(ctx, x, column_mean);
    scale_add(ctx, 1, column_mean, keep, gradient.bias[index(layer)]);
  };
  add_mean(push, links.hidden);
  add_mean(residual, links.label);
  scale_add(ctx, 0, gradient.bias[index(links.visible)], keep, gradient.bias[index(links.visible)]);
}

}  // namespace deepboltz
