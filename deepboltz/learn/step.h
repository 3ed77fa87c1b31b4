// One update of a model's parameters.
#pragma once

#include "deepboltz/learn/learning_state.h"
#include "deepboltz/rng/key.h"

namespace deepboltz {

// One update from the batch in `data`: its visible and label layers are clamped and filled; its hidden layers receive
// the posterior means. Where only some labels are clamped, the others are drawn from p(y | v). `epoch` includes the
// fraction done. Throws NumericalError naming step and tensor when a parameter is no longer finite, or when chains of
// real values have run away from the data; the model is then not usable and the last checkpoint is. No tensor is
// allocated after the first step. With integer math the hidden layers of `data` stay as they are, and the weights are
// made integers anew at every call: fit_epoch does that once an epoch.
void learn_step(Context& ctx, const Learner& learner, double epoch, Key key, EnergyModel& model, State& data,
                LearningState& learning);

// What learn_step does with learning.gradient, where data − model was found in another way (phases.h, contrast):
// centring about the means of `data`, sparsity, the optimiser. Not for deviations, FPCD or objectives other than
// generative.
void apply_gradient(Context& ctx, const Learner& learner, double epoch, const State& data, EnergyModel& model,
                    LearningState& learning);

}  // namespace deepboltz
