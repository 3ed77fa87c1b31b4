#include "deepboltz/task/one_versus_rest.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "deepboltz/base/numeric.h"
#include "deepboltz/data/split.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/learn/penalised_loss.h"

namespace deepboltz {
namespace {

void require_valid(Context& ctx, ConstMatrix features, const Labels& labels, int classes,
                   const OneVersusRestOptions& options) {
  require(features.rows >= 1 && features.cols >= 1 && classes >= 1,
          "one-versus-rest: expected cases, features and classes, got {}, {} and {}", features.rows, features.cols,
          classes);
  require(std::int64_t(labels.size()) == features.rows,
          "one-versus-rest: the features of {} cases, but the labels of {}", features.rows, labels.size());
  require(all_finite(ctx, features), "one-versus-rest: expected features that are finite");
  require(!options.l2.empty() && std::ranges::min(options.l2) >= 0, "one-versus-rest: expected l2 of 0 or more");
  require(options.held_out > 0 && options.held_out < 1, "one-versus-rest: expected a held-out share in (0, 1), got {}",
          options.held_out);
}

// Sets means and deviations by the features.
void set_scale(Context& ctx, ConstMatrix features, OneVersusRest& model) {
  model.mean = Tensor(features.dtype, 1, features.cols);
  model.deviation = Tensor(features.dtype, 1, features.cols);
  column_means(ctx, features, model.mean);
  visit_real(features.dtype, [&](auto real) {
    using Real = decltype(real);
    const Real* mean = model.mean.as<Real>().data;
    std::vector<double> squares(static_cast<std::size_t>(features.cols));
    for (std::int64_t r = 0; r < features.rows; ++r)
      for (std::int64_t i = 0; i < features.cols; ++i)
        squares[std::size_t(i)] += std::pow(double(features.as<Real>()(r, i)) - double(mean[i]), 2);
    for (std::int64_t i = 0; i < features.cols; ++i) {
      const double deviation = std::sqrt(squares[std::size_t(i)] / double(features.rows));
      // Below the rounding of its mean a feature does not vary.
      const bool varies = deviation > 4 * double(std::numeric_limits<Real>::epsilon()) * std::abs(double(mean[i]));
      model.deviation.set(0, i, varies ? deviation : 1);
    }
  });
}

Tensor scaled(Context& ctx, const OneVersusRest& model, ConstMatrix features) {
  require(features.cols == model.mean.cols() && features.dtype == model.mean.dtype(),
          "one-versus-rest: expected {} features of {}, got {} of {}", model.mean.cols(), name_of(model.mean.dtype()),
          features.cols, name_of(features.dtype));
  Tensor out(features.dtype, features.rows, features.cols);
  visit_real(features.dtype, [&](auto real) {
    using Real = decltype(real);
    const Real *mean = model.mean.as<Real>().data, *deviation = model.deviation.as<Real>().data;
    for_rows(ctx, features.rows, features.cols, [&](std::int64_t r) {
      const Real* from = features.as<Real>().row(r);
      Real* to = out.as<Real>().row(r);
      for (std::int64_t i = 0; i < features.cols; ++i) to[i] = (from[i] - mean[i]) / deviation[i];
    });
  });
  return out;
}

// (cases, classes): 1 where the case has the class.
Tensor targets_of(const Labels& labels, int classes, DType dtype) {
  Tensor targets(dtype, std::int64_t(labels.size()), classes);
  const Relevance cases = cases_of_classes(labels, classes);
  for (int k = 0; k < classes; ++k)
    for (int c : cases[std::size_t(k)]) targets.set(c, k, 1);
  return targets;
}

// Weights of 0, and biases that say how often each class is; half a case more of each kind keeps them finite.
NetworkLayer initial_layer(const Tensor& targets, std::int64_t features) {
  NetworkLayer layer{
      {Bernoulli{}, Tensor(targets.dtype(), features, targets.cols()), Tensor(targets.dtype(), 1, targets.cols())},
      "classes"};
  for (std::int64_t k = 0; k < targets.cols(); ++k) {
    double with = 0.5;
    for (std::int64_t c = 0; c < targets.rows(); ++c) with += targets.at(c, k);
    layer.bias.set(0, k, std::log(with / (double(targets.rows()) + 1 - with)));
  }
  return layer;
}

bool one_class_each(const Labels& labels) {
  return std::ranges::all_of(labels, [](const auto& of_case) { return of_case.size() == 1; });
}

// Fits each l2 in turn, from the parameters of the one before, and calls each(model). `steps` says when to stop.
void fit_in_turn(Context& ctx, ConstMatrix features, const Labels& labels, int classes, std::span<const double> l2,
                 const ConjugateGradientsOptions& search, StepCount& steps,
                 const std::function<void(OneVersusRest&)>& each) {
  OneVersusRest model;
  model.exclusive = one_class_each(labels);
  set_scale(ctx, features, model);
  const Tensor inputs = scaled(ctx, model, features), targets = targets_of(labels, classes, features.dtype);
  model.network.layers.push_back(initial_layer(targets, features.cols));
  Examples examples{.inputs = {inputs}, .labels = {}, .targets = targets};
  std::vector<std::uint32_t> rows(labels.size());
  std::iota(rows.begin(), rows.end(), 0u);
  std::vector<Matrix> parameters;
  for (const auto& [name, parameter] : named_parameters(model.network)) parameters.push_back(parameter);
  for (double penalty : l2) {
    model.l2 = penalty;
    Score score;
    const Loss loss = [&](std::span<const Matrix> gradient) {
      steps.add(0);
      return penalised_loss(ctx, model.network, examples, rows, {}, penalty, 0, gradient, score);
    };
    model.converged = minimise(ctx, search, loss, parameters).stationary;
    each(model);
  }
}

struct Part {
  Tensor features;
  Labels labels;
};

Part part_of(Context& ctx, ConstMatrix features, const Labels& labels, std::span<const std::uint32_t> rows) {
  Part part{Tensor(features.dtype, std::int64_t(rows.size()), features.cols), {}};
  gather_rows(ctx, features, rows, part.features);
  for (std::uint32_t row : rows) part.labels.push_back(labels[row]);
  return part;
}

// By classes where every case has one.
SplitRows drawn_split(const Labels& labels, const OneVersusRestOptions& options) {
  std::vector<int> classes;
  if (one_class_each(labels))
    for (const auto& of_case : labels) classes.push_back(of_case[0]);
  const auto cases = std::int64_t(labels.size());
  const auto held = std::max(std::int64_t(1), std::int64_t(std::llround(options.held_out * double(cases))));
  return split_rows(cases, {held, HeldOut::drawn, classes, options.key});
}

double mean_average_precision(Context& ctx, const OneVersusRest& model, const Part& held_out) {
  const auto classes = int(model.network.outputs());
  const auto precisions = average_precisions(
      rank_columns(ctx, class_logits(ctx, model, held_out.features), cases_of_classes(held_out.labels, classes),
                   {.without_relevant = RankingOptions::WithoutRelevant::leave_out}));
  require(!precisions.empty(), "one-versus-rest: no held-out case has a class; expected at least one");
  return std::accumulate(precisions.begin(), precisions.end(), 0.0) / double(precisions.size());
}

// Units of the given kind on the model's fields.
Tensor outputs_of(Context& ctx, const OneVersusRest& model, const Unit& unit, ConstMatrix features) {
  const Tensor inputs = scaled(ctx, model, features);
  Network network = model.network.clone();
  network.layers[0].unit = unit;
  Tensor out(network.dtype(), features.rows, network.outputs());
  layer_means(ctx, network, 0, {.inputs = {inputs}, .labels = {}}, out);
  return out;
}

}  // namespace

OneVersusRest fit_one_versus_rest(Context& ctx, ConstMatrix features, const Labels& labels, int classes,
                                  const OneVersusRestOptions& options) {
  require_valid(ctx, features, labels, classes, options);
  std::vector<double> l2 = options.l2;
  std::ranges::sort(l2, std::greater<>());
  StepCount steps("one-versus-rest", std::int64_t(l2.size() > 1 ? l2.size() + 1 : 1), options.report);
  steps.add(0);
  std::vector<OneVersusRest::Tried> tried;
  double best = l2[0];
  if (l2.size() > 1) {
    const SplitRows split = drawn_split(labels, options);
    const Part learnt = part_of(ctx, features, labels, split.train),
               held_out = part_of(ctx, features, labels, split.validation);
    fit_in_turn(ctx, learnt.features, learnt.labels, classes, l2, options.search, steps, [&](OneVersusRest& model) {
      tried.push_back({model.l2, mean_average_precision(ctx, model, held_out)});
      steps.add(1);
    });
    best = std::ranges::max_element(tried, {}, &OneVersusRest::Tried::mean_average_precision)->l2;
  }
  OneVersusRest out;
  fit_in_turn(ctx, features, labels, classes, std::span(&best, 1), options.search, steps,
              [&](OneVersusRest& model) { out = std::move(model); });
  out.tried = std::move(tried);
  steps.add(1);
  return out;
}

Tensor class_logits(Context& ctx, const OneVersusRest& model, ConstMatrix features) {
  return outputs_of(ctx, model, Gaussian{}, features);
}

Tensor class_probabilities(Context& ctx, const OneVersusRest& model, ConstMatrix features) {
  return outputs_of(ctx, model, Bernoulli{}, features);
}

Tensor class_scores(Context& ctx, const OneVersusRest& model, ConstMatrix features) {
  Tensor out = class_logits(ctx, model, features);
  if (!model.exclusive) return out;
  visit_real(out.dtype(), [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, out.rows(), out.cols() * out.cols(), [&](std::int64_t r) {
      Real* row = out.as<Real>().row(r);
      std::vector<double> log_p(static_cast<std::size_t>(out.cols()));
      for (std::size_t k = 0; k < log_p.size(); ++k) log_p[k] = -log1p_exp(-double(row[k]));
      for (std::size_t k = 0; k < log_p.size(); ++k) {
        double others = 0;  // in terms of p_k: what is near 1 keeps its distance to 1
        for (std::size_t j = 0; j < log_p.size(); ++j)
          if (j != k) others += std::exp(log_p[j] - log_p[k]);
        row[k] = Real(-std::log1p(others));
      }
    });
  });
  return out;
}

}  // namespace deepboltz
