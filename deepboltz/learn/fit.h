// Epochs of learn_step over a source of cases.
#pragma once

#include "deepboltz/learn/source.h"
#include "deepboltz/learn/stage.h"
#include "deepboltz/learn/step.h"

namespace deepboltz {

struct FitOptions {
  // Cases an update, half of them with labels where some have none; the last batch of an epoch may be smaller.
  std::int64_t batch = 100;
  Key key = {};
};

// A state for batches of cases: visible and label layers clamped.
State make_batch(Context& ctx, const EnergyModel& model, std::int64_t batch);

// Writes the cases into the visible and label layers of `data`, and clamps the labels that are known; rows with a label
// come first. InputError if the model has a label and the source has none.
void fill_batch(Context& ctx, const EnergyModel& model, const Source& source, std::span<const std::uint32_t> rows,
                Key key, State& data);

// Trains from where `learning` stands to the end of its epoch; `keep_going` is asked after every update, and false
// leaves `learning` where it stands. Returns whether the epoch was finished (then learning.epoch has moved on). Draws
// depend on (key, epoch, batch) only: an epoch that was interrupted and resumed gives the same bits as one that was
// not.
bool fit_epoch(Context& ctx, const Learner& learner, const Source& source, const FitOptions& options,
               const KeepGoing& keep_going, EnergyModel& model, State& data, LearningState& learning);

}  // namespace deepboltz
