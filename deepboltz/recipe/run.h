// A recipe becomes a trained model: pretraining stages, joint training, discriminative fine-tuning, one after the
// other.
//
// Everything that a run leaves is in its folder: model.safetensors, trajectory.safetensors (of that sampler),
// classifier.safetensors (a fine-tuned network),
// checkpoint.safetensors, metrics.csv, log.jsonl, pictures/. A checkpoint holds all that training carries, metrics.csv
// included, so that a run that was stopped anywhere, resumed, gives the same bytes as one that was not.
#pragma once

#include <filesystem>

#include "deepboltz/base/report.h"
#include "deepboltz/recipe/run_data.h"

namespace deepboltz {

struct RunOptions {
  std::filesystem::path folder;                       // exists
  std::string recipe_text;                            // the resolved recipe; goes into the model file
  Report report = {};                                 // false: write a checkpoint and stop
  std::function<void(const std::string&)> warn = {};  // takes a line that a user should see at once
};

enum class Outcome : std::uint8_t { finished, interrupted };

// Trains from the folder's checkpoint, or from the beginning where there is none. InputError if the checkpoint is of
// another recipe or other data.
Outcome train_run(Context& ctx, const Recipe& recipe, const RunData& data, const RunOptions& options);

}  // namespace deepboltz
