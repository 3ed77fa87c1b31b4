#include "deepboltz/learn/step.h"

#include <cmath>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/binary_training.h"
#include "deepboltz/learn/centering.h"
#include "deepboltz/learn/deviation.h"
#include "deepboltz/learn/discriminative.h"
#include "deepboltz/learn/phases.h"
#include "deepboltz/learn/recognition.h"
#include "deepboltz/learn/sparsity.h"

namespace deepboltz {
namespace {

std::size_t index(LayerId id) { return std::size_t(id.index); }

// Takes sparsity from the gradient, and moves the running means of activity.
void penalise_activity(Context& ctx, const Learner& learner, const EnergyModel& model,
                       std::span<const ConstMatrix> means, LearningState& learning) {
  if (learner.sparsity.empty()) return;
  const auto hidden = model.ids(Role::hidden);
  for (std::size_t h = 0; h < hidden.size(); ++h) {
    const LayerId id = hidden[h];
    ScratchScope scope(ctx);
    const Matrix pressure = scope.matrix(model.precision(), 1, model.layer(id).units);
    press_activity(learner.sparsity[h], learner.sparsity_memory, means[index(id)], learning.activity[index(id)],
                   pressure);
    if (learner.sparsity[h].cost == 0) continue;
    scale_add(ctx, -1, pressure, 1, learning.gradient.bias[index(id)]);
    for (std::size_t c = 0; c < model.connections().size(); ++c) {
      const Connection& link = model.connections()[c];
      if (!feels_sparsity(model, link)) continue;
      if (link.upper == id) add_outer(ctx, -1, means[index(link.lower)], pressure, learning.gradient.weight[c]);
      if (link.lower == id) add_outer(ctx, -1, pressure, means[index(link.upper)], learning.gradient.weight[c]);
    }
  }
}

// The gradient of the parameters that are stepped, from the plain one. Means of documents are those of a word.
void centre(Context& ctx, const Learner& learner, const State& data, std::span<const ConstMatrix> data_means,
            EnergyModel& model, Parameters& gradient) {
  ScratchScope scope(ctx);
  std::vector<ConstMatrix> about;
  if (learner.centering.kind == Centering::Kind::offsets) {
    move_offsets(ctx, learner.centering.rate, data_means, model);
    for (const Layer& layer : model.layers()) about.push_back(layer.offset);
    recentre(ctx, model, about, gradient);
  } else if (learner.centering.kind == Centering::Kind::enhanced) {
    for (LayerId id : model.ids()) {  // ½(data mean + model mean) = data mean − ½·bias gradient
      const Matrix middle = scope.matrix(model.precision(), 1, model.layer(id).units);
      scale_add(ctx, 1, data_means[index(id)], 0, middle);
      scale_add(ctx, -0.5 / mean_share(model, learner, id, data), gradient.bias[index(id)], 1, middle);
      about.push_back(middle);
    }
    enhance(ctx, model, about, gradient);
  }
}

// Calls apply(rate, gradient, first, second, parameter, decay, name) for every parameter; `rate`: as a multiple.
template <class F> void each_parameter(const Learner& learner, EnergyModel& model, LearningState& learning, F&& apply) {
  const auto rate_of = [](const std::vector<double>& rates, std::size_t at) { return rates.empty() ? 1 : rates[at]; };
  for (std::size_t l = 0; l < model.layers().size(); ++l) {
    if (model.layers()[l].role == Role::condition) continue;
    Matrix second = learning.second_moment.bias.empty() ? Matrix{} : learning.second_moment.bias[l].view();
    apply(rate_of(learner.bias_rates, l), learning.gradient.bias[l], learning.velocity.bias[l], second,
          model.layers()[l].bias, Decay{}, [&] { return fmt::format("the bias of '{}'", model.layers()[l].name); });
  }
  for (std::size_t c = 0; c < model.connections().size(); ++c) {
    Connection& link = model.connections()[c];
    Matrix second = learning.second_moment.weight.empty() ? Matrix{} : learning.second_moment.weight[c].view();
    apply(rate_of(learner.weight_rates, c), learning.gradient.weight[c], learning.velocity.weight[c], second,
          link.weight, learner.decay, [&] {
            return fmt::format("the weight '{}'–'{}'", model.layer(link.lower).name, model.layer(link.upper).name);
          });
  }
}

void add_to_all(double amount, Tensor& row) {
  for (std::int64_t j = 0; j < row.cols(); ++j) row.set(0, j, row.at(0, j) + amount);
}

void update(Context& ctx, const Learner& learner, double epoch, EnergyModel& model, LearningState& learning) {
  double rate = learner.rate.at(epoch, learning.updates);
  if (learner.negative.anneal_every > 0) rate /= sweeps_at(learner.negative, epoch);
  const double momentum = learner.momentum.at(epoch, learning.updates);
  ++learning.updates;
  each_parameter(
      learner, model, learning,
      [&](double multiple, Matrix gradient, Matrix first, Matrix second, Matrix parameter, Decay decay, auto&& name) {
        if (const auto* adam = std::get_if<AdamStep>(&learner.optimizer))
          adam_step(ctx, multiple * rate, adam->moments, learning.updates, decay, gradient, first, second, parameter);
        else
          momentum_step(ctx, multiple * rate, momentum, std::get<MomentumStep>(learner.optimizer).nesterov, decay,
                        gradient, first, parameter);
        if (!all_finite(ctx, parameter))
          throw NumericalError(fmt::format("update {}: {} is no longer finite", learning.updates, name()));
      });
  if (learner.hidden_drift > 0)
    for (LayerId id : model.ids(Role::hidden)) add_to_all(-learner.hidden_drift, model.layer(id).bias);
  if (learner.max_norm > 0)
    for (Connection& link : model.connections()) limit_column_norms(ctx, learner.max_norm, link.weight);
}

void scale(Context& ctx, double factor, Parameters& gradient) {
  for (Tensor& bias : gradient.bias) scale_add(ctx, 0, bias, factor, bias);
  for (Tensor& weight : gradient.weight) scale_add(ctx, 0, weight, factor, weight);
}

// θ_fast ← memory·θ_fast + fast rate·gradient
void step_fast(Context& ctx, const Negative& negative, LearningState& learning) {
  if (!negative.fast) return;
  for (std::size_t l = 0; l < learning.fast.bias.size(); ++l)
    scale_add(ctx, negative.fast_rate, learning.gradient.bias[l], negative.fast_memory, learning.fast.bias[l]);
  for (std::size_t c = 0; c < learning.fast.weight.size(); ++c)
    scale_add(ctx, negative.fast_rate, learning.gradient.weight[c], negative.fast_memory, learning.fast.weight[c]);
}

// Values without a limit can run away and stay finite for long: weights that grow push the chains out, and the chains
// the weights.
void require_not_diverged(const EnergyModel& model, const LearningState& learning) {
  constexpr double kFar = 1e4;  // standard deviations; means of data are within tens
  for (LayerId id : model.ids()) {
    const Unit& unit = model.layer(id).unit;
    if (!std::holds_alternative<Gaussian>(unit) && !std::holds_alternative<Relu>(unit)) continue;
    const Tensor& difference = learning.gradient.bias[index(id)];
    for (std::int64_t u = 0; u < difference.cols(); ++u)
      if (!(std::abs(difference.at(0, u)) < kFar))
        throw NumericalError(
            fmt::format("update {}: the chains of '{}' have run away from the data, unit {} by {:.3g} standard "
                        "deviations; take a lower rate",
                        learning.updates + 1, model.layer(id).name, u, std::abs(difference.at(0, u))));
  }
}

}  // namespace

void learn_step(Context& ctx, const Learner& learner, double epoch, Key key, EnergyModel& model, State& data,
                LearningState& learning) {
  if (is_integer(learner.math)) {
    BinaryTraining training(ctx, learner, model, learning, data.cases);
    for (LayerId id : model.ids())
      if (model.layer(id).role != Role::hidden) training.set_layer(ctx, id, data.x(id));
    training.step(ctx, learner, epoch, key, model, learning);
    return training.write_back(ctx, learning);
  }
  constexpr std::uint64_t kLabels = 0x6c6162656c73;
  if (const auto label = model.find(Role::label); label && !data.mask(*label).empty())
    draw_labels(ctx, model, key.fold(kLabels), data);
  positive_phase(ctx, learner, key, model, data, learning);
  if (learning.recognition) step_recognition(ctx, learner, epoch, data, learning);

  ScratchScope scope(ctx);
  std::vector<ConstMatrix> data_means;  // kept before the model's share is taken from the gradient
  for (LayerId id : model.ids()) {
    const Matrix mean = scope.matrix(model.precision(), 1, model.layer(id).units);
    scale_add(ctx, 1 / mean_share(model, learner, id, data), learning.gradient.bias[index(id)], 0, mean);
    data_means.push_back(mean);
  }

  Matrix slope;
  if (learner.deviation_rate > 0 && has_deviations(model)) {
    slope = scope.matrix(model.precision(), 1, model.layer(model.visible()).units);
    deviation_slope(ctx, model, data, slope);
  }

  const double weight = contrast_weight(learner, model, data);
  if (weight > 0) {
    negative_phase(ctx, learner, epoch, key, model, data, learning);
    require_not_diverged(model, learning);
  }
  if (learner.objective.kind != Objective::Kind::generative)
    add_discriminative(ctx, model, data, weight, learning.gradient);
  else if (weight != 1)
    scale(ctx, weight, learning.gradient);
  centre(ctx, learner, data, data_means, model, learning.gradient);
  step_fast(ctx, learner.negative, learning);
  penalise_activity(ctx, learner, model, data_means, learning);
  if (!slope.empty())
    step_deviations(ctx, weight * learner.deviation_rate * learner.rate.at(epoch, learning.updates), slope,
                    learning.first_scale[0], model);
  update(ctx, learner, epoch, model, learning);
}

void apply_gradient(Context& ctx, const Learner& learner, double epoch, const State& data, EnergyModel& model,
                    LearningState& learning) {
  ScratchScope scope(ctx);
  std::vector<ConstMatrix> data_means;
  for (LayerId id : model.ids()) {
    const Matrix mean = scope.matrix(model.precision(), 1, model.layer(id).units);
    column_means(ctx, data.x(id), mean);
    data_means.push_back(mean);
  }
  require_not_diverged(model, learning);
  centre(ctx, learner, data, data_means, model, learning.gradient);
  penalise_activity(ctx, learner, model, data_means, learning);
  update(ctx, learner, epoch, model, learning);
}

}  // namespace deepboltz
