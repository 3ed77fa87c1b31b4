// One update of a model's parameters.
#pragma once

#include "deepboltz/learn/learner.h"
#include "deepboltz/model/parameters.h"
#include "deepboltz/rng/key.h"

namespace deepboltz {

// What learning carries from step to step, beside the model. All of it is saved in a checkpoint but `gradient`.
struct LearningState {
  std::int64_t epoch = 0, batch = 0, updates = 0;  // where it stands: batches of this epoch done
  Parameters velocity;                             // Δ of momentum, or Adam's first moment
  Parameters second_moment;                        // Adam's
  State chains;                                    // persistent, or the reconstruction's memory
  bool chains_started = false;
  std::vector<Tensor> activity;  // running mean of each hidden layer (1, units), empty for others

  Parameters gradient;  // of the last step
};

LearningState start_learning(Context& ctx, const EnergyModel& model, const Learner& learner, std::int64_t batch);

// One update from the batch in `data`: its visible and label layers are clamped and filled; its hidden layers receive
// the posterior means. `epoch` includes the fraction done. Throws NumericalError naming step and tensor when a
// parameter is no longer finite; the model is then not usable and the last checkpoint is.
void learn_step(Context& ctx, const Learner& learner, double epoch, Key key, EnergyModel& model, State& data,
                LearningState& learning);

// Pieces of a step, for tests and for whoever wants the gradient alone.

// Posterior means into the free layers of `data`: exact where the hidden layers are one block, else mean field.
void positive_phase(Context& ctx, const EnergyModel& model, const Learner& learner, State& data);

// gradient ← data − model, from states whose layers hold samples or means.
void contrast(Context& ctx, const EnergyModel& model, const State& data, const State& chains, Parameters& gradient);

// The gradient for centred or enhanced parameters from the plain one.    means: (1, units) a layer
void recentre(Context& ctx, const EnergyModel& model, const std::vector<Tensor>& about, Parameters& gradient);

// Moves the offsets by `rate` towards `means`, and the biases so that no distribution changes.
void move_offsets(Context& ctx, double rate, const std::vector<Tensor>& means, EnergyModel& model);

}  // namespace deepboltz
