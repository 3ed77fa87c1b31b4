#include "deepboltz/learn/rating_learning.h"

#include <cmath>

#include "deepboltz/kernel/leave_one_out.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/learn/rating_gradient.h"
#include "deepboltz/model/parameters.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kOrder, kStep };

struct Ends {
  LayerId ratings, hidden;
};

Ends ends(const EnergyModel& model) { return {model.visible(), *model.find(Role::hidden)}; }
std::int64_t classes_of(const EnergyModel& model) { return group_size(model.layer(model.visible()).unit); }

struct Step {
  double rate, momentum, l2, smoothness;
  RatingLearner::Average average;
};

// The step of one group that `raters` cases of the batch have; its gradient is zero afterwards.
// weight, velocity, gradient: (classes, hidden), bias …: (classes)
template <class Real>
void step_group(const Step& step, std::int64_t raters, View<Real> weight, View<Real> velocity, View<Real> gradient,
                Real* bias, Real* bias_velocity, Real* bias_gradient) {
  const double scale = step.average == RatingLearner::Average::raters ? step.rate / double(raters) : step.rate;
  const Real m = Real(step.momentum), rate = Real(scale), l2 = Real(step.l2 * double(raters)),
             smooth = Real(step.smoothness * double(raters));
  for (std::int64_t j = 0; j < weight.cols; ++j) {
    Real below = weight(0, j);  // of the level below, as it was before this step
    for (std::int64_t k = 0; k < weight.rows; ++k) {
      const Real w = weight(k, j), above = k + 1 < weight.rows ? weight(k + 1, j) : w;
      const Real g = gradient(k, j) - l2 * w + smooth * ((above - w) - (w - below));
      below = w;
      velocity(k, j) = m * velocity(k, j) + rate * g;
      weight(k, j) = w + velocity(k, j);
      gradient(k, j) = 0;
    }
  }
  for (std::int64_t k = 0; k < weight.rows; ++k) {
    bias_velocity[k] = m * bias_velocity[k] + rate * bias_gradient[k];
    bias[k] += bias_velocity[k];
    bias_gradient[k] = 0;
  }
}

void take_step(Context& ctx, const Step& step, double hidden_rate, const SparseRows& turned, EnergyModel& model,
               LearningState& learning) {
  const auto [visible, hidden] = ends(model);
  const std::int64_t classes = classes_of(model);
  visit_real(model.precision(), [&](auto real) {
    using Real = decltype(real);
    const auto rows = [&](Tensor& t, std::int64_t group) {
      return t.view().slice(group * classes, classes).template as<Real>();
    };
    const auto bias = [&](Tensor& t, std::int64_t group) { return t.as<Real>().data + group * classes; };
    const auto v = std::size_t(visible.index);
    for_rows(ctx, turned.rows(), classes * model.layer(hidden).units, [&](std::int64_t group) {
      if (turned.entries(group) == 0) return;
      step_group<Real>(step, turned.entries(group), rows(model.connections()[0].weight, group),
                       rows(learning.velocity.weight[0], group), rows(learning.gradient.weight[0], group),
                       bias(model.layer(visible).bias, group), bias(learning.velocity.bias[v], group),
                       bias(learning.gradient.bias[v], group));
    });
    const auto h = std::size_t(hidden.index);
    const double cases = step.average == RatingLearner::Average::raters ? double(turned.cols) : 1;
    const auto c = model.layer(hidden).bias.as<Real>(), velocity = learning.velocity.bias[h].as<Real>(),
               gradient = learning.gradient.bias[h].as<Real>();
    for (std::int64_t j = 0; j < c.cols; ++j) {
      velocity(0, j) = Real(step.momentum * velocity(0, j) + step.rate * hidden_rate * gradient(0, j) / cases);
      c(0, j) += velocity(0, j);
      gradient(0, j) = 0;
    }
  });
}

}  // namespace

void require_rating_learner(const RatingLearner& learner, const EnergyModel& model) {
  require(model.layers().size() == 2 && model.connections().size() == 1 && model.find(Role::visible) &&
              model.find(Role::hidden) && std::holds_alternative<Softmax>(model.layer(model.visible()).unit) &&
              std::holds_alternative<Bernoulli>(model.layer(*model.find(Role::hidden)).unit),
          "ratings: expected a machine of softmax units below one layer of Bernoulli units");
  for (const Layer& layer : model.layers())
    require(layer.offset.empty() && layer.shift.empty(), "ratings: '{}' has offsets, which this learning does not move",
            layer.name);
  require_schedule(learner.rate, 0, 1e6, "rate");
  require_schedule(learner.momentum, 0, 1 - 1e-9, "momentum");
  require(learner.sweeps >= 1 && learner.sweeps_every >= 0, "sweeps: expected at least 1, got {}", learner.sweeps);
  require(learner.l2 >= 0 && learner.smoothness >= 0 && learner.hidden_rate >= 0,
          "penalties and rates are not below 0");
  require(learner.squares >= 0 && learner.squares <= 1, "squares: expected 0 to 1, got {}", learner.squares);
}

LearningState start_rating_learning(Context& ctx, const RatingLearner& learner, const EnergyModel& model) {
  require_rating_learner(learner, model);
  LearningState learning;
  learning.velocity = zero_parameters(model);
  learning.gradient = zero_parameters(model);
  learning.chains = model.make_state(ctx, 1);  // none are kept; a checkpoint wants the layers
  return learning;
}

void initialise_ratings(const SparseRows& cases, double scale, Key key, EnergyModel& model) {
  constexpr double kPrior = 5;
  const std::int64_t classes = classes_of(model), groups = cases.cols / classes;
  Tensor& weight = model.connections()[0].weight;
  const double middle = double(classes - 1) / 2;
  for (std::int64_t g = 0; g < groups; ++g)
    for (std::int64_t j = 0; j < weight.cols(); ++j) {
      const double w = scale * normal(key, std::uint32_t(g), std::uint32_t(j));
      for (std::int64_t k = 0; k < classes; ++k) weight.set(g * classes + k, j, w * (double(k) - middle) / middle);
    }
  std::vector<double> count(std::size_t(cases.cols), 0), of_level(std::size_t(classes), 0);
  for (const std::uint32_t c : cases.column) {
    ++count[c];
    ++of_level[c % std::size_t(classes)];
  }
  Tensor& bias = model.layer(model.visible()).bias;
  for (std::int64_t g = 0; g < groups; ++g) {
    double raters = 0;
    for (std::int64_t k = 0; k < classes; ++k) raters += count[std::size_t(g * classes + k)];
    for (std::int64_t k = 0; k < classes; ++k) {
      const double share = (of_level[std::size_t(k)] + 1) / double(cases.entries() + classes);
      bias.set(0, g * classes + k,
               std::log((count[std::size_t(g * classes + k)] + kPrior * share) / (raters + kPrior)));
    }
  }
}

double rating_epoch(Context& ctx, const RatingLearner& learner, const SparseRows& cases, std::int64_t batch, Key key,
                    const std::function<void(std::int64_t batch, std::int64_t batches)>& after_batch,
                    EnergyModel& model, LearningState& learning) {
  const Key epoch_key = key.fold(std::uint64_t(learning.epoch));
  std::vector<std::uint32_t> order;
  for (const std::uint32_t r : permutation(epoch_key.fold(kOrder), std::uint32_t(cases.rows())))
    if (cases.entries(r) > 0) order.push_back(r);
  require(!order.empty(), "training needs at least one rating");
  const std::int64_t batches = (std::int64_t(order.size()) + batch - 1) / batch;
  const int sweeps = learner.sweeps + (learner.sweeps_every > 0 ? int(learning.epoch / learner.sweeps_every) : 0);
  double objective = 0;
  for (std::int64_t b = 0; b < batches; ++b) {
    const auto first = std::size_t(b * batch);
    const SparseRows x =
        select_rows(cases, std::span(order).subspan(first, std::min(std::size_t(batch), order.size() - first)));
    const Key step_key = epoch_key.fold(kStep).fold(std::uint64_t(b));
    objective += rating_gradient(ctx, learner, sweeps, step_key, model, x, learning);
    const double epoch = double(learning.epoch) + double(b) / double(batches);
    take_step(ctx,
              {.rate = learner.rate.at(epoch, learning.updates),
               .momentum = learner.momentum.at(epoch, learning.updates),
               .l2 = learner.l2,
               .smoothness = learner.smoothness,
               .average = learner.average},
              learner.hidden_rate, transposed(groups_of(x, classes_of(model))), model, learning);
    ++learning.updates;
    if (after_batch) after_batch(b + 1, batches);
  }
  for (const Tensor* moved : {&model.connections()[0].weight, &model.layer(*model.find(Role::hidden)).bias})
    if (!all_finite(ctx, *moved))
      throw NumericalError(fmt::format(
          "update {}: a parameter of the ratings' machine is not finite; lower ratings.rate", learning.updates));
  ++learning.epoch;
  return objective / double(cases.entries());
}

}  // namespace deepboltz
