// The two sides of the gradient: statistics of the data, and of the model.
#pragma once

#include "deepboltz/learn/learning_state.h"
#include "deepboltz/rng/key.h"

namespace deepboltz {

// Posterior means into the free layers of `data`: exact where the hidden layers are one block, else mean field; of a
// model with extra words also those of the words.
void infer_posterior(Context& ctx, const EnergyModel& model, const Learner& learner, State& data);

// learning.gradient ← statistics of the data, whose hidden layers receive the posterior means. A case whose label is
// drawn counts by β instead of α, in parts of contrast_weight. Contrastive divergence also draws from the posterior, by
// the same product, the states that its reconstruction starts from.
void positive_phase(Context& ctx, const Learner& learner, Key key, const EnergyModel& model, State& data,
                    LearningState& learning);

// learning.gradient −= statistics of the chains, after their sweeps. `epoch` counts from 0.
void negative_phase(Context& ctx, const Learner& learner, double epoch, Key key, const EnergyModel& model,
                    const State& data, LearningState& learning);

// Gibbs sweeps of an update at that epoch.
int sweeps_at(const Negative& negative, double epoch);

// What data − model counts for: α, and β more where cases of the batch have no label (learner.h).
double contrast_weight(const Learner& learner, const EnergyModel& model, const State& data);

// What the entries of the gradient for that layer's bias are sums over, a case: 1, but for documents their words in the
// layer of counts and those beside it, each case divided by its words with Learner::per_word.
double mean_share(const EnergyModel& model, const Learner& learner, LayerId layer, const State& state);

// gradient ← data − model, from states whose layers hold samples or means.
void contrast(Context& ctx, const EnergyModel& model, const State& data, const State& chains, Parameters& gradient);

}  // namespace deepboltz
