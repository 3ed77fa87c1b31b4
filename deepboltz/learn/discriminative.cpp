#include "deepboltz/learn/discriminative.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/base/numeric.h"
#include "deepboltz/estimate/class_free_energies.h"
#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

std::size_t index(LayerId id) { return std::size_t(id.index); }

// p(k | v) of every case from its class scores d_k + Σ_j A(o_kj), a class a row; `take(case, p)`.
template <class Take> void each_posterior(View<double> score, Take&& take) {
  std::vector<double> p(static_cast<std::size_t>(score.rows));
  for (std::int64_t r = 0; r < score.cols; ++r) {
    for (std::int64_t k = 0; k < score.rows; ++k) p[std::size_t(k)] = score(k, r);
    const double total = log_sum_exp(std::span<const double>(p));
    for (double& x : p) x = std::exp(x - total);
    take(r, p);
  }
}

}  // namespace

bool has_label_posterior(const EnergyModel& model) {
  const auto label = model.find(Role::label);
  if (!label || model.layers().size() != 3 || model.ids(Role::hidden).size() != 1 || !model.find(Role::visible))
    return false;
  const LayerId hidden = model.ids(Role::hidden).front();
  return model.connections().size() == 2 && group_size(model.layer(*label).unit) == model.layer(*label).units &&
         is_normalised(model.layer(hidden).unit) &&
         std::ranges::all_of(model.connections(), [&](const Connection& c) { return c.upper == hidden; });
}

void add_discriminative(Context& ctx, const EnergyModel& model, const State& data, double keep, Parameters& gradient) {
  DEEPBOLTZ_ASSERT(has_label_posterior(model));
  const LayerId visible = model.visible(), label = *model.find(Role::label), top = *model.find(Role::hidden);
  const std::size_t of_visible = model.connections()[0].lower == visible ? 0 : 1, of_label = 1 - of_visible;
  const Layer& hidden = model.layer(top);
  const DType type = model.precision();
  const std::int64_t cases = data.cases, classes = model.layer(label).units;
  const ConstMatrix v = data.x(visible), y = data.x(label), known = data.mask(label);
  ScratchScope scope(ctx);
  std::vector<Matrix> mean;  // A'(o_k), a class
  for (std::int64_t k = 0; k < classes; ++k) mean.push_back(scope.matrix(type, cases, hidden.units));
  const auto score = scope.matrix(DType::f64, classes, cases).as<double>();
  class_scores(
      ctx, model, data,
      [&](LayerId, std::int64_t k, const Field& field) {
        unit_mean(ctx, hidden.unit, field, {}, mean[std::size_t(k)]);
      },
      score);
  const auto counts = [&](std::int64_t r) { return known.empty() || known.as<std::uint8_t>()(r, 0) != 0; };
  std::int64_t labelled = 0;
  for (std::int64_t r = 0; r < cases; ++r) labelled += counts(r);

  const Matrix residual = scope.matrix(type, cases, classes), push = scope.matrix(type, cases, hidden.units);
  visit_real(type, [&](auto real) {
    using Real = decltype(real);
    const auto r_k = residual.as<Real>();
    each_posterior(score, [&](std::int64_t r, std::span<const double> p) {
      for (std::int64_t k = 0; k < classes; ++k)
        r_k(r, k) = counts(r) ? Real(double(y.as<Real>()(r, k)) - p[std::size_t(k)]) : Real(0);
    });
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

  const double share = 1 / double(std::max<std::int64_t>(labelled, 1));  // of none the residuals are 0
  multiply(ctx, share, v, Transpose::yes, push, Transpose::no, keep, gradient.weight[of_visible]);
  const Matrix column = scope.matrix(type, cases, 1);
  for (std::int64_t k = 0; k < classes; ++k) {
    visit_real(type, [&](auto real) {
      using Real = decltype(real);
      for (std::int64_t r = 0; r < cases; ++r) column.as<Real>()(r, 0) = residual.as<Real>()(r, k);
    });
    multiply(ctx, share, column, Transpose::yes, mean[std::size_t(k)], Transpose::no, keep,
             gradient.weight[of_label].view().slice(k, 1));
  }
  const auto add_mean = [&](ConstMatrix x, LayerId layer) {
    const Matrix column_mean = scope.matrix(type, 1, x.cols);
    column_means(ctx, x, column_mean);
    scale_add(ctx, double(cases) * share, column_mean, keep, gradient.bias[index(layer)]);
  };
  add_mean(push, top);
  add_mean(residual, label);
  scale_add(ctx, 0, gradient.bias[index(visible)], keep, gradient.bias[index(visible)]);
}

void draw_labels(Context& ctx, const EnergyModel& model, Key key, State& data) {
  const LayerId label = *model.find(Role::label);
  const ConstMatrix known = data.mask(label);
  if (known.empty()) return;
  const Softmax unit = std::get<Softmax>(model.layer(label).unit);
  ScratchScope scope(ctx);
  const auto score = scope.matrix(DType::f64, model.layer(label).units, data.cases).as<double>();
  class_scores(ctx, model, data, {}, score);
  visit_real(model.precision(), [&](auto real) {
    using Real = decltype(real);
    const auto y = data.x(label).as<Real>();
    each_posterior(score, [&](std::int64_t r, std::span<const double> p) {
      if (known.as<std::uint8_t>()(r, 0) != 0) return;
      std::fill_n(y.row(r), y.cols, Real(0));
      y(r, unit.draw(p.data(), double(uniform(key, std::uint32_t(r), 0)))) = 1;
    });
  });
}

}  // namespace deepboltz
