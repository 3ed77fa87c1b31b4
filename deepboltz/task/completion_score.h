// How good completions are: log loss and root mean square error on the hidden pixels.
#pragma once

#include "deepboltz/estimate/estimate.h"
#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

// Probabilities are clipped to [clip, 1 − clip] before the logarithm and the difference. Baselines that copy pixels say
// 0 and 1, and are clipped to [1/512, 511/512], half a grey level: kBaselineClip. Machines are clipped only at the
// resolution of a float, kMachineClip, so that a probability which was rounded to 0 or 1 is not an infinite loss.
inline constexpr double kBaselineClip = 1.0 / 512, kMachineClip = 0x1p-24;

struct CompletionScore {
  Estimate log_loss;  // −t log p − (1−t) log(1−p), nats a hidden pixel
  Estimate rmse;      // √ mean (t − p)² over hidden pixels
  std::int64_t hidden = 0;
};

// truth: (cases, units) in [0, 1]; probability: (cases, units) of the same type, or (1, units) for the same each time;
// known: (cases, units) u8, nonzero where a pixel is known. Errors are over cases: of a ratio of sums, for the loss,
// and by the delta method, for the root. InputError: shapes that differ, fewer than two cases, nothing hidden.
CompletionScore score_completion(ConstMatrix truth, ConstMatrix probability, ConstMatrix known, double clip);

}  // namespace deepboltz
