// Epochs of learn_step over a source of cases.
#pragma once

#include <functional>

#include "deepboltz/base/report.h"
#include "deepboltz/kernel/grey_cases.h"
#include "deepboltz/learn/step.h"

namespace deepboltz {

// Where cases come from, by their numbers. Binarisation draws anew from the key.
struct Source {
  std::uint32_t cases = 0;
  std::function<void(Context& ctx, std::span<const std::uint32_t> rows, Key key, Matrix out)> visible;  // (rows, units)
  std::function<void(std::span<const std::uint32_t> rows, Matrix out)> labels;  // one-hot (rows, classes); empty: none
  // What `visible` does, for integers, where that is quicker: into bits at once, or into grey pixels. Empty: its
  // numbers are packed.
  std::function<void(Context& ctx, std::span<const std::uint32_t> rows, Key key, Bits& out)> bits = {};
  std::function<void(Context& ctx, std::span<const std::uint32_t> rows, GreyCases& out)> grey = {};
  // In (0, 1]: an epoch shows each case with that probability, hence the statistics of the weighted set. Empty: all are
  // shown.
  std::span<const float> weights = {};
  // > 0: only the first so many cases have labels; of the others `labels` is never asked. Without weights.
  std::uint32_t labelled = 0;

  // Cases that an epoch shows, some of them more than once (learn/labelled_order.h); by weights: on average.
  double shown() const;
};

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
               const std::function<bool()>& keep_going, EnergyModel& model, State& data, LearningState& learning);

}  // namespace deepboltz
