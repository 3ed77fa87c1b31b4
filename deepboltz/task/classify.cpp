#include "deepboltz/task/classify.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/base/numeric.h"
#include "deepboltz/estimate/class_free_energies.h"
#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/model/length.h"
#include "deepboltz/stack/propagate.h"
#include "deepboltz/task/posterior.h"

namespace deepboltz {
namespace {

using Method = ClassifyOptions::Method;

LayerId label_of(const EnergyModel& model) {
  const auto label = model.find(Role::label);
  require(label.has_value(), "classify: this model has no label layer");
  return *label;
}

// score(r, y) ← log p(y | case r), up to a constant of the case.
void score_classes(Context& ctx, const EnergyModel& model, Method method, const MeanFieldOptions& options,
                   LayerId label, View<double> score, State& state) {
  if (method == Method::mean_field) {
    bottom_up(ctx, model, state);
    mean_field(ctx, model, options, state);
    visit_real(model.precision(), [&](auto real) {
      const auto mean = std::as_const(state).x(label).as<decltype(real)>();
      for (std::int64_t r = 0; r < score.rows; ++r)
        for (std::int64_t y = 0; y < score.cols; ++y) score(r, y) = std::log(double(mean(r, y)));
    });
    return;
  }
  if (method == Method::exact) {
    ScratchScope scope(ctx);
    const auto by_class = scope.matrix(DType::f64, score.cols, score.rows).as<double>();
    class_free_energies(ctx, model, state, by_class);
    for (std::int64_t r = 0; r < score.rows; ++r)
      for (std::int64_t y = 0; y < score.cols; ++y) score(r, y) = by_class(y, r);
    return;
  }
  std::vector<double> value(std::size_t(score.rows));
  for (std::int64_t y = 0; y < score.cols; ++y) {
    visit_real(model.precision(), [&](auto real) {
      using Real = decltype(real);
      const auto x = state.x(label).as<Real>();
      for (std::int64_t r = 0; r < score.rows; ++r) {
        std::fill_n(x.row(r), score.cols, Real(0));
        x(r, y) = 1;
      }
    });
    variational_bound(ctx, model, options, state, value);
    for (std::int64_t r = 0; r < score.rows; ++r) score(r, y) = value[std::size_t(r)];
  }
}

// Scores become probabilities; the labels are those of the largest.
void finish(Classification& result) {
  const auto p = result.probability.as<double>();
  for (std::int64_t r = 0; r < p.rows; ++r) {
    const std::span<double> row(p.row(r), std::size_t(p.cols));
    result.label.push_back(std::uint32_t(std::ranges::max_element(row) - row.begin()));
    const double total = log_sum_exp(std::span<const double>(row));
    if (!std::isfinite(total)) throw NumericalError(fmt::format("classify: case {}: no class has a finite score", r));
    for (double& x : row) x = std::exp(x - total);
  }
}

}  // namespace

bool can_classify_exactly(const EnergyModel& model) {
  const LayerId label = label_of(model);
  if (!model.has_energy()) return false;
  for (LayerId id : model.ids())
    if (model.layer(id).role == Role::hidden)
      return model.hidden_is_one_block() && model.block(id) != model.block(label);
  return false;
}

Classification classify(Context& ctx, const EnergyModel& model, ConstMatrix cases, const ClassifyOptions& options) {
  const LayerId visible = model.visible(), label = label_of(model);
  const std::int64_t classes = model.layer(label).units;
  require(group_size(model.layer(label).unit) == classes, "classify: '{}' is not one softmax unit",
          model.layer(label).name);
  require(cases.rows >= 1 && cases.cols == model.layer(visible).units,
          "classify: '{}' has {} units, but the cases are {} × {}", model.layer(visible).name,
          model.layer(visible).units, cases.rows, cases.cols);
  require(cases.dtype == DType::u8 || cases.dtype == model.precision(), "classify: expected cases of u8 or {}, got {}",
          name_of(model.precision()), name_of(cases.dtype));
  require(options.batch >= 1, "classify: expected a batch of at least one case, got {}", options.batch);
  const bool exact = can_classify_exactly(model);
  const Method method = options.method.value_or(exact ? Method::exact : Method::bound);
  require(method != Method::exact || exact,
          "classify: exact needs a model whose hidden layers are one block; take mean field or bound");

  Classification result{{}, Tensor(DType::f64, cases.rows, classes)};
  State state = model.make_state(ctx, std::min(options.batch, cases.rows));
  state.clamp(visible);
  if (method != Method::mean_field) state.clamp(label);
  for (std::int64_t first = 0; first < cases.rows; first += options.batch) {
    state.cases = std::min(options.batch, cases.rows - first);
    show_cases(ctx, cases, first, state.x(visible));
    take_documents(model, state);
    score_classes(ctx, model, method, options.mean_field, label,
                  result.probability.view().slice(first, state.cases).as<double>(), state);
    if (!proceed(options.report, {"classify", first + state.cases, cases.rows, ""}))
      throw Interrupted("classify: stopped");
  }
  finish(result);
  return result;
}

std::vector<LayerId> upper_hidden_layers(const EnergyModel& model) {
  std::vector<LayerId> upper = model.ids(Role::hidden);
  if (!upper.empty()) upper.erase(upper.begin());
  return upper;
}

Classification classify(Context& ctx, const Network& network, const EnergyModel& model, ConstMatrix cases,
                        const ClassifyOptions& options) {
  const EnergyModel unlabelled = without_labels(model);
  const auto features =
      posterior_means(ctx, unlabelled, cases, upper_hidden_layers(unlabelled),
                      {.mean_field = options.mean_field, .batch = options.batch, .report = options.report});
  Examples inputs{{cases}, {}};
  for (const Tensor& feature : features) inputs.inputs.push_back(feature);
  return classify(ctx, network, inputs);
}

Classification classify(Context& ctx, const Network& network, const Examples& inputs) {
  Tensor log_probability(network.dtype(), inputs.cases(), network.outputs());
  class_log_probabilities(ctx, network, inputs, log_probability);
  Classification result{{}, log_probability.to(DType::f64)};
  finish(result);
  return result;
}

Estimate error_rate(std::span<const std::uint32_t> label, std::span<const std::uint32_t> truth) {
  require(label.size() == truth.size(), "error rate: {} labels, but {} true ones", label.size(), truth.size());
  std::vector<double> wrong;
  for (std::size_t r = 0; r < label.size(); ++r) wrong.push_back(label[r] != truth[r]);
  return mean_estimate(wrong);
}

}  // namespace deepboltz
