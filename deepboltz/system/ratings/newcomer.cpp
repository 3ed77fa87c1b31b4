#include "deepboltz/system/ratings/newcomer.h"

#include <cmath>

#include "deepboltz/base/numeric.h"
#include "deepboltz/system/ratings/rating_fields.h"

namespace deepboltz {
namespace {

GroupParameters zeros(std::size_t levels, std::size_t hidden) {
  return {std::vector<double>(levels, 0), std::vector<double>(levels * hidden, 0)};
}

// −(at − mean)²/2σ², its slope added.
double log_prior(const std::vector<double>& mean, double variance, const std::vector<double>& at,
                 std::vector<double>& slope) {
  double sum = 0;
  for (std::size_t i = 0; i < at.size(); ++i) {
    const double away = at[i] - mean[i];
    sum -= away * away / (2 * variance);
    slope[i] -= away / variance;
  }
  return sum;
}

}  // namespace

RaterPrior rater_prior(const EnergyModel& model) {
  const Layer& raters = model.layer(model.visible());
  const bool conditional = rating_layers(model).conditional;
  const Tensor &weight = model.connections()[kRatingWeights].weight, &d = model.connections().back().weight;
  const auto levels = std::size_t(group_size(raters.unit)), hidden = std::size_t(weight.cols());
  const std::int64_t groups = raters.units / std::int64_t(levels);
  RaterPrior prior{.mean = zeros(levels, hidden)};
  GroupParameters squares = zeros(levels, hidden);
  for (std::int64_t g = 0; g < groups; ++g)
    for (std::size_t k = 0; k < levels; ++k) {
      const std::int64_t row = g * std::int64_t(levels) + std::int64_t(k);
      const auto add = [&](double value, double& mean, double& square) {
        mean += value / double(groups);
        square += value * value / double(groups);
      };
      add(raters.bias.at(0, row), prior.mean.bias[k], squares.bias[k]);
      for (std::size_t j = 0; j < hidden; ++j)
        add(weight.at(row, std::int64_t(j)) + (conditional ? d.at(g, std::int64_t(j)) : 0),
            prior.mean.weight[k * hidden + j], squares.weight[k * hidden + j]);
    }
  const auto variance = [](const std::vector<double>& mean, const std::vector<double>& square) {
    constexpr double kLeast = 1e-6;  // raters who are all alike leave a newcomer no room, but a number
    double sum = 0;
    for (std::size_t i = 0; i < mean.size(); ++i) sum += (square[i] - mean[i] * mean[i]) / double(mean.size());
    return std::max(kLeast, sum);
  };
  prior.bias_variance = variance(prior.mean.bias, squares.bias);
  prior.weight_variance = variance(prior.mean.weight, squares.weight);
  return prior;
}

double newcomer_objective(const RaterPrior& prior, ConstMatrix fields, std::span<const std::uint8_t> levels,
                          const GroupParameters& at, GroupParameters& slope) {
  const std::size_t classes = at.bias.size(), hidden = at.weight.size() / classes;
  slope = zeros(classes, hidden);
  double sum = log_prior(prior.mean.bias, prior.bias_variance, at.bias, slope.bias) +
               log_prior(prior.mean.weight, prior.weight_variance, at.weight, slope.weight);
  std::vector<double> score(classes);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const double* x = fields.as<double>().row(std::int64_t(i));
    for (std::size_t k = 0; k < classes; ++k) {
      score[k] = at.bias[k];
      for (std::size_t j = 0; j < hidden; ++j) score[k] += log1p_exp(x[j] + at.weight[k * hidden + j]);
    }
    const double log_z = log_sum_exp(std::span<const double>(score));
    sum += score[levels[i]] - log_z;
    for (std::size_t k = 0; k < classes; ++k) {
      const double residual = double(k == levels[i]) - std::exp(score[k] - log_z);
      slope.bias[k] += residual;
      for (std::size_t j = 0; j < hidden; ++j)
        slope.weight[k * hidden + j] += residual * logistic(x[j] + at.weight[k * hidden + j]);
    }
  }
  return sum;
}

// Steepest ascent in units of the prior's deviations, where the prior's curvature is 1; a step that does not climb is
// halved, one that does is tried half as long again.
GroupParameters fit_newcomer(const RaterPrior& prior, ConstMatrix fields, std::span<const std::uint8_t> levels) {
  constexpr int kSteps = 1'000;
  constexpr double kClose = 1e-8;  // of the objective, nats
  GroupParameters at = prior.mean, slope, next, next_slope;
  double here = newcomer_objective(prior, fields, levels, at, slope), length = 1;
  for (int step = 0; step < kSteps; ++step) {
    next = at;
    for (std::size_t k = 0; k < at.bias.size(); ++k) next.bias[k] += length * prior.bias_variance * slope.bias[k];
    for (std::size_t i = 0; i < at.weight.size(); ++i)
      next.weight[i] += length * prior.weight_variance * slope.weight[i];
    const double there = newcomer_objective(prior, fields, levels, next, next_slope);
    if (!(there >= here)) {
      length /= 2;
      continue;
    }
    const double climbed = there - here;
    std::swap(at, next);
    std::swap(slope, next_slope);
    here = there;
    length *= 1.5;
    if (climbed < kClose) break;
  }
  return at;
}

EnergyModel with_newcomer(Context& ctx, const EnergyModel& model, const RatingCases& known,
                          std::span<const Rating> mine) {
  const auto [visible, top, levels, conditional] = rating_layers(model);
  const Layer &raters = model.layer(visible), &hidden = model.layer(top);
  std::vector<std::uint32_t> items;
  std::vector<std::uint8_t> given;
  for (const Rating& rating : mine) {
    items.push_back(rating.item);
    given.push_back(rating.level);
  }
  Tensor fields(model.precision(), std::max<std::int64_t>(1, std::int64_t(items.size())), hidden.units);
  if (!items.empty()) rating_fields(ctx, model, select_rows(known, items), fields);
  const GroupParameters own = fit_newcomer(rater_prior(model), fields.to(DType::f64), given);

  EnergyModel wider = rating_machine(raters.units / levels + 1, levels, hidden.units,
                                     {.precision = model.precision(), .conditional = conditional});
  const auto copy = [](const Tensor& from, Tensor& to) {
    for (std::int64_t r = 0; r < from.rows(); ++r)
      for (std::int64_t c = 0; c < from.cols(); ++c) to.set(r, c, from.at(r, c));
  };
  copy(raters.bias, wider.layer(wider.visible()).bias);
  copy(hidden.bias, wider.layer(*wider.find(Role::hidden)).bias);
  for (std::size_t c = 0; c < model.connections().size(); ++c)
    copy(model.connections()[c].weight, wider.connections()[c].weight);
  for (std::int64_t k = 0; k < levels; ++k) {
    wider.layer(wider.visible()).bias.set(0, raters.units + k, own.bias[std::size_t(k)]);
    for (std::int64_t j = 0; j < hidden.units; ++j)
      wider.connections()[kRatingWeights].weight.set(raters.units + k, j,
                                                     own.weight[std::size_t(k * hidden.units + j)]);
  }
  return wider;
}

}  // namespace deepboltz
