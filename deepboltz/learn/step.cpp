#include "deepboltz/learn/step.h"

#include <algorithm>
#include <cstring>

#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/model/field.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kPositive, kNegative, kStart };

std::size_t index(LayerId id) { return std::size_t(id.index); }

std::vector<LayerId> hidden_layers(const EnergyModel& model) {
  std::vector<LayerId> hidden;
  for (LayerId id : model.ids())
    if (model.layer(id).role == Role::hidden) hidden.push_back(id);
  return hidden;
}

int sweeps_at(const Negative& negative, double epoch) {
  return negative.sweeps + (negative.anneal_every > 0 ? int(epoch) / negative.anneal_every : 0);
}

// Chains begin at the first batch and its posterior, repeated as often as there are chains.
void start_chains(Context& ctx, const EnergyModel& model, const State& data, Key key, State& chains) {
  for (LayerId id : model.ids()) {
    const Matrix x = chains.x(id);
    const std::size_t row_bytes = std::size_t(x.cols) * size_of(x.dtype);
    for (std::int64_t r = 0; r < x.rows; ++r)
      std::memcpy(x.slice(r, 1).data, data.x(id).slice(r % data.cases, 1).data, row_bytes);
  }
  for (int block = 1; block < model.blocks(); ++block)
    model.sample_block(ctx, block, {}, key.fold(std::uint64_t(block)), chains);
}

// The last sweep, whose last block enters the statistics by its mean. The draws are kept in `chains`, the means go into
// `means` (one matrix a layer of that block, else empty).
void last_sweep(Context& ctx, const EnergyModel& model, bool keep_draw, bool mean_visible, Key key, State& chains,
                std::vector<Matrix>& means) {
  const int last = model.blocks() - 1;
  for (int block = 0; block <= last; ++block) {
    for (LayerId id : model.block_layers(block)) {
      const Key draw = key.fold(std::uint64_t(block));
      if (block < last) {
        if (mean_visible)
          mean_layer(ctx, model, id, chains, {}, chains.x(id));
        else
          sample_layer(ctx, model, id, {}, draw, chains, {}, chains.x(id), {});
      } else if (keep_draw) {
        sample_layer(ctx, model, id, {}, draw, chains, {}, chains.x(id), means[index(id)]);
      } else {
        mean_layer(ctx, model, id, chains, {}, chains.x(id));
      }
    }
  }
}

// Statistics of one phase: sign/cases of sums over cases.
void add_statistics(Context& ctx, const EnergyModel& model, const std::vector<ConstMatrix>& x, double sign, double keep,
                    Parameters& gradient) {
  ScratchScope scope(ctx);
  for (LayerId id : model.ids()) {
    const Matrix mean = scope.matrix(model.precision(), 1, model.layer(id).units);
    column_means(ctx, x[index(id)], mean);
    scale_add(ctx, sign, mean, keep, gradient.bias[index(id)]);
  }
  for (std::size_t c = 0; c < model.connections().size(); ++c) {
    const Connection& link = model.connections()[c];
    const ConstMatrix lower = x[index(link.lower)], upper = x[index(link.upper)];
    multiply(ctx, sign / double(lower.rows), lower, Transpose::yes, upper, Transpose::no, keep, gradient.weight[c]);
  }
}

std::vector<ConstMatrix> views(const EnergyModel& model, const State& state) {
  std::vector<ConstMatrix> x;
  for (LayerId id : model.ids()) x.push_back(state.x(id));
  return x;
}

void negative_phase(Context& ctx, const Learner& learner, double epoch, Key key, const EnergyModel& model,
                    const State& data, LearningState& learning) {
  const Negative& negative = learner.negative;
  State& chains = learning.chains;
  const int sweeps = sweeps_at(negative, epoch);
  const bool persistent = negative.kind == Negative::Kind::persistent;
  ScratchScope scope(ctx);
  std::vector<Matrix> means(model.layers().size());
  if (persistent) {
    if (!learning.chains_started) start_chains(ctx, model, data, key.fold(kStart), chains);
    learning.chains_started = true;
    for (LayerId id : model.block_layers(model.blocks() - 1))
      means[index(id)] = scope.matrix(model.precision(), chains.cases, model.layer(id).units);
  }
  const Key draws = key.fold(kNegative);
  advance(ctx, model, Gibbs{sweeps - 1}, draws, chains);
  last_sweep(ctx, model, persistent, negative.mean_reconstruction && !persistent, draws.fold(std::uint64_t(sweeps - 1)),
             chains, means);

  auto x = views(model, chains);
  if (negative.statistics == Negative::Statistics::rao_blackwell)
    for (std::size_t l = 0; l < x.size(); ++l)
      if (!means[l].empty()) x[l] = means[l];
  if (negative.statistics == Negative::Statistics::release) {
    State inferred = chains.clone();
    for (LayerId id : hidden_layers(model)) mean_layer(ctx, model, id, inferred, {}, inferred.x(id));
    return add_statistics(ctx, model, views(model, inferred), -1, 1, learning.gradient);
  }
  add_statistics(ctx, model, x, -1, 1, learning.gradient);
}

// Running means of activity, and cost·(running mean − target) taken from every total input's gradient.
void penalise_activity(Context& ctx, const Learner& learner, const EnergyModel& model, const std::vector<Tensor>& means,
                       LearningState& learning) {
  if (learner.sparsity.empty()) return;
  const auto hidden = hidden_layers(model);
  for (std::size_t h = 0; h < hidden.size(); ++h) {
    const LayerId id = hidden[h];
    const Sparsity& sparsity = learner.sparsity[h];
    Tensor& activity = learning.activity[index(id)];
    scale_add(ctx, 1 - learner.sparsity_memory, means[index(id)], learner.sparsity_memory, activity);
    if (sparsity.cost == 0) continue;
    ScratchScope scope(ctx);
    const Matrix push = scope.matrix(model.precision(), 1, model.layer(id).units);
    visit_real(push.dtype, [&](auto real) {
      using Real = decltype(real);
      for (std::int64_t j = 0; j < push.cols; ++j)
        push.as<Real>()(0, j) = Real(-sparsity.cost * (double(activity.as<Real>()(0, j)) - sparsity.target));
    });
    scale_add(ctx, 1, push, 1, learning.gradient.bias[index(id)]);
    for (std::size_t c = 0; c < model.connections().size(); ++c) {
      const Connection& link = model.connections()[c];
      if (link.upper == id) add_outer(ctx, 1, means[index(link.lower)], push, learning.gradient.weight[c]);
      if (link.lower == id) add_outer(ctx, 1, push, means[index(link.upper)], learning.gradient.weight[c]);
    }
  }
}

// Calls apply(gradient, first, second, parameter, decay, name) for every parameter.
template <class F> void each_parameter(EnergyModel& model, LearningState& learning, Decay decay, F&& apply) {
  for (std::size_t l = 0; l < model.layers().size(); ++l) {
    Matrix second = learning.second_moment.bias.empty() ? Matrix{} : learning.second_moment.bias[l].view();
    apply(learning.gradient.bias[l], learning.velocity.bias[l], second, model.layers()[l].bias, Decay{},
          [&] { return fmt::format("the bias of '{}'", model.layers()[l].name); });
  }
  for (std::size_t c = 0; c < model.connections().size(); ++c) {
    Connection& link = model.connections()[c];
    Matrix second = learning.second_moment.weight.empty() ? Matrix{} : learning.second_moment.weight[c].view();
    apply(learning.gradient.weight[c], learning.velocity.weight[c], second, link.weight, decay, [&] {
      return fmt::format("the weight '{}'–'{}'", model.layer(link.lower).name, model.layer(link.upper).name);
    });
  }
}

void update(Context& ctx, const Learner& learner, double epoch, EnergyModel& model, LearningState& learning) {
  double rate = learner.rate.at(epoch, learning.updates);
  if (learner.negative.anneal_every > 0) rate /= sweeps_at(learner.negative, epoch);
  const double momentum = learner.momentum.at(epoch, learning.updates);
  ++learning.updates;
  each_parameter(model, learning, learner.decay,
                 [&](Matrix gradient, Matrix first, Matrix second, Matrix parameter, Decay decay, auto&& name) {
                   if (const auto* adam = std::get_if<AdamStep>(&learner.optimizer))
                     adam_step(ctx, rate, adam->moments, learning.updates, decay, gradient, first, second, parameter);
                   else
                     momentum_step(ctx, rate, momentum, std::get<MomentumStep>(learner.optimizer).nesterov, decay,
                                   gradient, first, parameter);
                   if (!all_finite(ctx, parameter))
                     throw NumericalError(fmt::format("update {}: {} is no longer finite", learning.updates, name()));
                 });
  if (learner.max_norm > 0)
    for (Connection& link : model.connections()) limit_column_norms(ctx, learner.max_norm, link.weight);
}

}  // namespace

LearningState start_learning(Context& ctx, const EnergyModel& model, const Learner& learner, std::int64_t batch) {
  require(batch >= 1, "batch: expected at least one case, got {}", batch);
  require_learner(learner, model);
  LearningState learning;
  learning.velocity = zero_parameters(model);
  learning.gradient = zero_parameters(model);
  if (std::holds_alternative<AdamStep>(learner.optimizer)) learning.second_moment = zero_parameters(model);
  learning.chains =
      model.make_state(ctx, learner.negative.kind == Negative::Kind::persistent ? learner.negative.chains : batch);
  if (!learner.sparsity.empty()) {
    learning.activity.resize(model.layers().size());
    const auto hidden = hidden_layers(model);
    for (std::size_t h = 0; h < hidden.size(); ++h) {
      Tensor& activity = learning.activity[index(hidden[h])] =
          Tensor(model.precision(), 1, model.layer(hidden[h]).units);
      for (std::int64_t j = 0; j < activity.cols(); ++j) activity.set(0, j, learner.sparsity[h].target);
    }
  }
  return learning;
}

void positive_phase(Context& ctx, const EnergyModel& model, const Learner& learner, State& data) {
  if (model.hidden_is_one_block()) {
    for (LayerId id : hidden_layers(model)) mean_layer(ctx, model, id, data, {}, data.x(id));
  } else {
    bottom_up(ctx, model, data);
    mean_field(ctx, model, learner.mean_field, data);
  }
}

void contrast(Context& ctx, const EnergyModel& model, const State& data, const State& chains, Parameters& gradient) {
  add_statistics(ctx, model, views(model, data), 1, 0, gradient);
  add_statistics(ctx, model, views(model, chains), -1, 1, gradient);
}

void recentre(Context& ctx, const EnergyModel& model, const std::vector<Tensor>& about, Parameters& gradient) {
  for (std::size_t c = 0; c < model.connections().size(); ++c) {
    const Connection& link = model.connections()[c];
    add_outer(ctx, -1, about[index(link.lower)], gradient.bias[index(link.upper)], gradient.weight[c]);
    add_outer(ctx, -1, gradient.bias[index(link.lower)], about[index(link.upper)], gradient.weight[c]);
  }
}

void move_offsets(Context& ctx, double rate, const std::vector<Tensor>& means, EnergyModel& model) {
  ScratchScope scope(ctx);
  std::vector<Matrix> shift;  // rate·(mean − offset) a layer
  for (LayerId id : model.ids()) {
    Layer& layer = model.layer(id);
    if (layer.offset.empty()) layer.offset = Tensor(model.precision(), 1, layer.units);
    shift.push_back(scope.matrix(model.precision(), 1, layer.units));
    scale_add(ctx, rate, means[index(id)], 0, shift.back());
    scale_add(ctx, -rate, layer.offset, 1, shift.back());
  }
  for (const Connection& link : model.connections()) {
    multiply(ctx, 1, shift[index(link.lower)], Transpose::no, link.weight, Transpose::no, 1,
             model.layer(link.upper).bias);
    multiply(ctx, 1, shift[index(link.upper)], Transpose::no, link.weight, Transpose::yes, 1,
             model.layer(link.lower).bias);
  }
  for (LayerId id : model.ids()) scale_add(ctx, 1, shift[index(id)], 1, model.layer(id).offset);
}

void learn_step(Context& ctx, const Learner& learner, double epoch, Key key, EnergyModel& model, State& data,
                LearningState& learning) {
  const bool from_data = learner.negative.kind == Negative::Kind::from_data;
  if (from_data) {  // one product gives the posterior's means and the draw that starts the reconstruction
    learning.chains.cases = data.cases;
    for (LayerId id : hidden_layers(model))
      sample_layer(ctx, model, id, {}, key.fold(kPositive), data, {}, learning.chains.x(id), data.x(id));
  } else {
    positive_phase(ctx, model, learner, data);
  }
  add_statistics(ctx, model, views(model, data), 1, 0, learning.gradient);

  std::vector<Tensor> means;  // of the data, a layer
  const bool needs_means = !learner.sparsity.empty() || learner.centering.kind != Centering::Kind::none;
  if (needs_means)
    for (const Tensor& b : learning.gradient.bias) means.push_back(b.clone());
  negative_phase(ctx, learner, epoch, key, model, data, learning);

  if (learner.centering.kind == Centering::Kind::offsets) {
    move_offsets(ctx, learner.centering.rate, means, model);
    std::vector<Tensor> offsets;
    for (const Layer& layer : model.layers()) offsets.push_back(layer.offset.clone());
    recentre(ctx, model, offsets, learning.gradient);
  } else if (learner.centering.kind == Centering::Kind::enhanced) {
    std::vector<Tensor> middle;  // ½(data mean + model mean) = data mean − ½·bias gradient
    for (std::size_t l = 0; l < means.size(); ++l) {
      middle.push_back(means[l].clone());
      scale_add(ctx, -0.5, learning.gradient.bias[l], 1, middle.back());
    }
    recentre(ctx, model, middle, learning.gradient);
    for (std::size_t c = 0; c < model.connections().size(); ++c) {
      const Connection& link = model.connections()[c];
      multiply(ctx, -1, middle[index(link.lower)], Transpose::no, learning.gradient.weight[c], Transpose::no, 1,
               learning.gradient.bias[index(link.upper)]);
      multiply(ctx, -1, middle[index(link.upper)], Transpose::no, learning.gradient.weight[c], Transpose::yes, 1,
               learning.gradient.bias[index(link.lower)]);
    }
  }
  if (needs_means) penalise_activity(ctx, learner, model, means, learning);
  update(ctx, learner, epoch, model, learning);
}

}  // namespace deepboltz
