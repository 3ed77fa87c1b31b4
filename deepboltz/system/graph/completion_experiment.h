// Completion of images as it is reported: four masks, the model beside two baselines, on binary cases.
#pragma once

#include <vector>

#include "deepboltz/system/graph/evaluation.h"
#include "deepboltz/task/completion_score.h"
#include "deepboltz/task/masks.h"

namespace deepboltz {

struct CompletionResult {
  Mask mask;
  CompletionScore model, mean_image, nearest;
};

// Left half, bottom half, centre, random half. Baselines: the mean training image, and the training image nearest on
// the known pixels; clipped as task/completion_score.h says. InputError: cases that are not pictures, fewer than two.
std::vector<CompletionResult> completion_experiment(Context& ctx, const GraphSubject& subject, const Cases& cases);

}  // namespace deepboltz
