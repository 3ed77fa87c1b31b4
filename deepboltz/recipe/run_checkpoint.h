// Checkpoints of a run, and the models that it leaves with them.
#pragma once

#include "deepboltz/recipe/run.h"
#include "deepboltz/recipe/run_state.h"

namespace deepboltz {

// Writes checkpoint.safetensors, with it trajectory.safetensors where the sampler has one, after pretraining
// model.safetensors, and classifier.safetensors of a fine-tuned network.
void save_run(const RunData& data, const RunOptions& options, RunState& state);

bool has_checkpoint(const RunOptions& options);

// `state`, untrained, becomes that of the folder's checkpoint; metrics.csv is that of the checkpoint again. InputError
// if the checkpoint is of another recipe or other data.
void restore_run(Context& ctx, const Recipe& recipe, const RunData& data, const RunOptions& options, RunState& state);

// InputError where the checkpoint has no such text.
const std::string& checkpoint_text(const Archive& checkpoint, const char* name);

// Removes the half-written files of a process that was killed.
void tidy_run(const Recipe& recipe, const std::filesystem::path& folder);

}  // namespace deepboltz
