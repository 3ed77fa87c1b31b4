// A learned recognition model of a deep machine: one pass that guesses where mean field will end, so that one or two
// sweeps from there do what ten to fifty did. Salakhutdinov & Larochelle (2010); docs/models/dbm.md
//
//   guess     ν_l = E[unit_l | c_l·ν_{l−1} R_l + r_l],   ν_0 = v;   c_l = 2 where a layer is above, 1 at the top
//   target    μ: a few sweeps of mean field from ν
//   loss      Σ_l KL(μ_l ‖ ν_l), μ constant, the mean over a batch
//   slope     of the field of layer l   g_l = ν_l − μ_l + ∂ν_l/∂field ∘ c_{l+1}·g_{l+1} R_{l+1}ᵀ
//             of R_l  c_l·ν_{l−1}ᵀ g_l,   of r_l  g_l
//
// The guess is the bottom-up pass (infer/mean_field.h) of a graph like the machine's, with R and r in the places of
// weights and ordinary biases. It starts as the machine's own. In other graphs than chains c is, as there, the number
// of connections of a layer, divided by those whose other end has values.
#pragma once

#include "deepboltz/learn/learning_state.h"

namespace deepboltz {

// After a guess, wherever nothing is learnt: measuring and encoding.
inline constexpr MeanFieldOptions kSweepAfterGuess{.sweeps = 1};

// InputError: the rule is out of its range, or the machine is none that can have a recognition model. It has several
// hidden layers, of units with a normaliser and a slope, over a visible layer that does not count words, and no other
// layer: a label would be known while the machine learns, and not when it encodes.
void require_recognition(const RecognitionRule& rule, const EnergyModel& machine);

// R and r at the machine's own.
EnergyModel recognition_model(Context& ctx, const EnergyModel& machine);

// InputError: a recognition model, as one from a file, that is not of that machine.
void require_recognition_of(const EnergyModel& machine, const EnergyModel& recognition);

// R and r ← one step of gradient descent. guess: the visible layer clamped, ν in the others; means: μ in its hidden
// layers. NumericalError where the guess or a slope is not finite.
void learn_recognition(Context& ctx, double rate, const State& guess, const State& means, EnergyModel& recognition);

// While a machine learns: posterior means into the hidden layers of `data` by mean field from the guess, which stays in
// learning.guess …
void infer_by_recognition(Context& ctx, const EnergyModel& model, const Learner& learner, State& data,
                          LearningState& learning);
// … and the step from it towards them. `epoch` includes the fraction done.
void step_recognition(Context& ctx, const Learner& learner, double epoch, const State& data, LearningState& learning);

}  // namespace deepboltz
