// What learning carries from step to step, beside the model.
#pragma once

#include <optional>

#include "deepboltz/learn/learner.h"
#include "deepboltz/learn/tempered_chains.h"
#include "deepboltz/model/parameters.h"

namespace deepboltz {

struct LearningState {
  // Saved in a checkpoint:
  std::int64_t epoch = 0, batch = 0, updates = 0;  // where it stands: batches of this epoch done
  Parameters velocity;                             // Δ of momentum, or Adam's first moment
  Parameters second_moment;                        // Adam's
  State chains;                                    // persistent, or the reconstruction's memory
  bool chains_started = false;
  std::vector<Tensor> first_scale;  // that of the visible layer when learning began, where deviations are learnt
  std::vector<Tensor> activity;     // running mean of each hidden layer (1, units), empty for others
  TemperedChains tempered;          // what a sampler other than Gibbs keeps beside the chains
  Parameters fast;                  // FPCD's, else empty

  // Saved beside the model, as a model is:
  std::optional<EnergyModel> recognition;  // where mean field starts (recognition.h), with Learner::recognition

  // Working memory, rewritten by every step:
  Parameters gradient;                // of the last step; not with integer math
  State inferred;                     // for Negative::Statistics::all_means
  State guess;                        // of the recognition model: the data, and its means
  std::optional<EnergyModel> driven;  // FPCD: the model with its fast parameters added, which moves the chains
};

// InputError if learner, model and batch do not fit together.
LearningState start_learning(Context& ctx, const EnergyModel& model, const Learner& learner, std::int64_t batch);

}  // namespace deepboltz
