#include "deepboltz/system/ratings/rating_learning.h"

#include <cmath>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/kernel/leave_one_out.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/learn/checkpoint.h"
#include "deepboltz/model/parameters.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/ratings/rating_gradient.h"
#include "deepboltz/system/ratings/rating_machine.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kOrder, kStep };

struct Step {
  double rate, hidden_rate, momentum, l2, smoothness, seen_rate, seen_l2;
  RatingLearner::Average average;
};

// What a sum over the cases of a group, `raters` of them, is multiplied by.
double rate_of(const Step& step, double raters) {
  return step.average == RatingLearner::Average::raters ? step.rate / raters : step.rate;
}

// gradient −= the slope of the penalties on one group, once a rater.    weight, gradient: (classes, hidden)
template <class Real>
void add_penalties(double l2_of_one, double smoothness, double raters, View<Real> weight, View<Real> gradient) {
  const Real l2 = Real(l2_of_one * raters), smooth = Real(smoothness * raters);
  for (std::int64_t j = 0; j < weight.cols; ++j)
    for (std::int64_t k = 0; k < weight.rows; ++k) {
      const Real w = weight(k, j), below = k > 0 ? weight(k - 1, j) : w,
                 above = k + 1 < weight.rows ? weight(k + 1, j) : w;
      gradient(k, j) = gradient(k, j) - l2 * w + smooth * ((above - w) - (w - below));
    }
}

// One step of momentum; the gradient is zero afterwards.
template <class Real>
void move(double momentum, double rate, View<Real> parameter, View<Real> velocity, View<Real> gradient) {
  const Real m = Real(momentum), r = Real(rate);
  for (std::int64_t i = 0; i < parameter.rows; ++i)
    for (std::int64_t j = 0; j < parameter.cols; ++j) {
      velocity(i, j) = m * velocity(i, j) + r * gradient(i, j);
      parameter(i, j) += velocity(i, j);
      gradient(i, j) = 0;
    }
}

// The parameters of the groups that the batch has; others stand still.
void step_groups(Context& ctx, const Step& step, const SparseRows& turned, EnergyModel& model,
                 RatingLearning& learning) {
  const auto [visible, hidden, classes, conditional] = rating_layers(model);
  const auto v = std::size_t(visible.index);
  FactoredWeights& factors = learning.factors;
  ScratchScope scope(ctx);
  Matrix item_slope, hidden_slope;
  visit_real(model.precision(), [&](auto real) {
    using Real = decltype(real);
    const auto rows = [&](Matrix m, std::int64_t group) {
      return m.slice(group * classes, classes).template as<Real>();
    };
    const auto columns = [&](Tensor& t, std::int64_t group) {
      return t.view().columns(group * classes, classes).template as<Real>();
    };
    const auto each_group = [&](auto&& body) {
      for_rows(ctx, turned.rows(), classes * model.layer(hidden).units, [&](std::int64_t group) {
        if (turned.entries(group) > 0) body(group, double(turned.entries(group)));
      });
    };
    Tensor &weight = model.connections()[kRatingWeights].weight, &slope = learning.gradient.weight[kRatingWeights];
    each_group([&](std::int64_t group, double raters) {
      add_penalties<Real>(step.l2, step.smoothness, raters, rows(weight, group), rows(slope, group));
      const double rate = rate_of(step, raters);
      if (factors.empty())
        move<Real>(step.momentum, rate, rows(weight, group), rows(learning.velocity.weight[kRatingWeights], group),
                   rows(slope, group));
      move<Real>(step.momentum, rate, columns(model.layer(visible).bias, group),
                 columns(learning.velocity.bias[v], group), columns(learning.gradient.bias[v], group));
    });
    if (factors.empty()) return;
    item_slope = scope.matrix(model.precision(), factors.item.rows(), factors.item.cols());
    hidden_slope = scope.matrix(model.precision(), factors.hidden.rows(), factors.hidden.cols());
    factor_slopes(ctx, factors, slope, item_slope, hidden_slope);
    each_group([&](std::int64_t group, double raters) {
      move<Real>(step.momentum, rate_of(step, raters), rows(factors.item, group), rows(factors.item_velocity, group),
                 rows(item_slope, group));
    });
    move<Real>(step.momentum, step.hidden_rate * rate_of(step, double(turned.cols)),
               factors.hidden.view().template as<Real>(), factors.hidden_velocity.view().template as<Real>(),
               hidden_slope.template as<Real>());
  });
  if (factors.empty()) return;
  Tensor& slope = learning.gradient.weight[kRatingWeights];
  scale_add(ctx, 0, slope, 0, slope);
  multiply_factors(ctx, factors, model);
}

// D of what the batch has seen; the rest stands still.    turned: row i the cases that have seen i
void step_seen(Context& ctx, const Step& step, const SparseRows& turned, EnergyModel& model, RatingLearning& learning) {
  Tensor &weight = model.connections()[kSeenWeights].weight, &velocity = learning.velocity.weight[kSeenWeights],
         &slope = learning.gradient.weight[kSeenWeights];
  visit_real(model.precision(), [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, turned.rows(), weight.cols(), [&](std::int64_t i) {
      const auto row = [&](Tensor& t) { return t.view().slice(i, 1).template as<Real>(); };
      const double viewers = double(turned.entries(i));
      if (viewers == 0) return;
      add_penalties<Real>(step.seen_l2, 0, viewers, row(weight), row(slope));
      move<Real>(step.momentum, step.seen_rate * rate_of(step, viewers), row(weight), row(velocity), row(slope));
    });
  });
}

void take_step(Context& ctx, const Step& step, const RatingCases& batch, EnergyModel& model, RatingLearning& learning) {
  const auto [visible, hidden, classes, conditional] = rating_layers(model);
  const SparseRows turned = transposed(groups_of(batch.ratings, classes));
  step_groups(ctx, step, turned, model, learning);
  if (conditional) step_seen(ctx, step, transposed(batch.seen), model, learning);
  const auto h = std::size_t(hidden.index);
  visit_real(model.precision(), [&](auto real) {
    using Real = decltype(real);
    const double cases = step.average == RatingLearner::Average::raters ? double(turned.cols) : 1;
    const auto c = model.layer(hidden).bias.as<Real>(), velocity = learning.velocity.bias[h].as<Real>(),
               gradient = learning.gradient.bias[h].as<Real>();
    for (std::int64_t j = 0; j < c.cols; ++j) {
      velocity(0, j) = Real(step.momentum * velocity(0, j) + step.rate * step.hidden_rate * gradient(0, j) / cases);
      c(0, j) += velocity(0, j);
      gradient(0, j) = 0;
    }
  });
}

}  // namespace

void require_rating_learner(const RatingLearner& learner, const EnergyModel& model) {
  require_rating_machine(model);
  for (const Layer& layer : model.layers())
    require(layer.offset.empty() && layer.shift.empty(), "ratings: '{}' has offsets, which this learning does not move",
            layer.name);
  require_schedule(learner.rate, 0, 1e6, "rate");
  require_schedule(learner.momentum, 0, 1 - 1e-9, "momentum");
  require(learner.sweeps >= 1 && learner.sweeps_every >= 0, "sweeps: expected at least 1, got {}", learner.sweeps);
  require(learner.l2 >= 0 && learner.smoothness >= 0 && learner.hidden_rate >= 0 && learner.seen_rate >= 0 &&
              learner.seen_l2 >= 0,
          "penalties and rates are not below 0");
  require(
      learner.factors >= 0 && learner.factors < std::max<std::int64_t>(1, model.layer(*model.find(Role::hidden)).units),
      "factors: expected fewer than the {} hidden units, or 0 for none, got {}",
      model.layer(*model.find(Role::hidden)).units, learner.factors);
  require(learner.squares >= 0 && learner.squares <= 1, "squares: expected 0 to 1, got {}", learner.squares);
}

RatingLearning start_rating_learning(const RatingLearner& learner, const EnergyModel& model) {
  require_rating_learner(learner, model);
  RatingLearning learning;
  learning.velocity = zero_parameters(model);
  learning.gradient = zero_parameters(model);
  if (learner.factors > 0) learning.factors = make_factors(learner.factors, model);
  return learning;
}

void initialise_ratings(const SparseRows& cases, double scale, Key key, EnergyModel& model) {
  constexpr double kPrior = 5;
  const std::int64_t classes = rating_layers(model).levels, groups = cases.cols / classes;
  Tensor& weight = model.connections()[kRatingWeights].weight;
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

bool rating_epoch(Context& ctx, const RatingLearner& learner, const RatingCases& cases, std::int64_t batch, Key key,
                  const KeepGoing& keep_going, EnergyModel& model, RatingLearning& learning) {
  const Key epoch_key = key.fold(std::uint64_t(learning.epoch));
  std::vector<std::uint32_t> order;
  for (const std::uint32_t r : permutation(epoch_key.fold(kOrder), std::uint32_t(cases.ratings.rows())))
    if (cases.ratings.entries(r) > 0) order.push_back(r);
  require(!order.empty(), "training needs at least one rating");
  const std::int64_t batches = (std::int64_t(order.size()) + batch - 1) / batch;
  const int sweeps = learner.sweeps + (learner.sweeps_every > 0 ? int(learning.epoch / learner.sweeps_every) : 0);
  while (learning.batch < batches) {
    const auto first = std::size_t(learning.batch * batch);
    const RatingCases x =
        select_rows(cases, std::span(order).subspan(first, std::min(std::size_t(batch), order.size() - first)));
    const Key step_key = epoch_key.fold(kStep).fold(std::uint64_t(learning.batch));
    learning.objective += rating_gradient(ctx, learner, sweeps, step_key, model, x, learning);
    const double epoch = double(learning.epoch) + double(learning.batch) / double(batches);
    take_step(ctx,
              {.rate = learner.rate.at(epoch, learning.updates),
               .hidden_rate = learner.hidden_rate,
               .momentum = learner.momentum.at(epoch, learning.updates),
               .l2 = learner.l2,
               .smoothness = learner.smoothness,
               .seen_rate = learner.seen_rate,
               .seen_l2 = learner.seen_l2,
               .average = learner.average},
              x, model, learning);
    ++learning.updates;
    ++learning.batch;
    if (learning.batch < batches && keep_going && !keep_going(learning.batch, batches)) return false;
  }
  bool finite = all_finite(ctx, model.layer(*model.find(Role::hidden)).bias);
  for (const Connection& moved : model.connections()) finite = finite && all_finite(ctx, moved.weight);
  if (!finite)
    throw NumericalError(fmt::format("update {}: a parameter of the ratings' machine is not finite; lower ratings.rate",
                                     learning.updates));
  learning.mean_objective = learning.objective / double(cases.ratings.entries());
  learning.objective = 0;
  learning.batch = 0;
  ++learning.epoch;
  return true;
}

namespace {

template <class Learning, class F> void each_tensor(Learning& learning, F&& f) {
  for (std::size_t l = 0; l < learning.velocity.bias.size(); ++l)
    f(fmt::format("learning/velocity/bias/{}", l), learning.velocity.bias[l]);
  for (std::size_t c = 0; c < learning.velocity.weight.size(); ++c)
    f(fmt::format("learning/velocity/weight/{}", c), learning.velocity.weight[c]);
  if (learning.factors.empty()) return;
  f("learning/factors/item", learning.factors.item);
  f("learning/factors/hidden", learning.factors.hidden);
  f("learning/factors/item_velocity", learning.factors.item_velocity);
  f("learning/factors/hidden_velocity", learning.factors.hidden_velocity);
}

template <class Learning, class F> void each_number(Learning& learning, F&& f) {
  f("learning/epoch", learning.epoch);
  f("learning/batch", learning.batch);
  f("learning/updates", learning.updates);
  f("learning/objective", learning.objective);
}

}  // namespace

void add_rating_learning(const RatingLearning& learning, Archive& archive) {
  each_tensor(learning, [&](const std::string& name, const Tensor& tensor) { archive.add(name, tensor.clone()); });
  each_number(learning, [&](const char* name, auto value) { archive.metadata[name] = fmt::format("{}", value); });
}

void take_rating_learning(Archive& archive, RatingLearning& learning) {
  each_tensor(learning, [&](const std::string& name, Tensor& tensor) { take_tensor(archive, name, tensor); });
  each_number(learning, [&](const char* name, auto& value) {
    const std::string word = archive.metadata[name];
    const auto number = parse_number<std::remove_reference_t<decltype(value)>>(word);
    require(number && std::isfinite(double(*number)), "{}: {}: expected a number, got '{}'", archive.file, name, word);
    value = *number;
  });
}

}  // namespace deepboltz
