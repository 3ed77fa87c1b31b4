// Checkpoints: all that a run carries from one update to the next. The parts stand in the file as in model.safetensors
// (system/save.h); beside them what the current stage carries, and in the header
//
//   run/stage    its name
//   run/recipe   the resolved recipe
//   run/data     the hash of the cases
//   run/metrics  the text of metrics.csv
//   run/more     the same as it would be if more epochs of the stage were to come
//   run/only     the one stage that is done, where a run of given parts does one
#pragma once

#include "deepboltz/system/record.h"
#include "deepboltz/system/run.h"

namespace deepboltz {

inline constexpr const char* kCheckpointFile = "checkpoint.safetensors";

struct Checkpoint {
  System system;
  std::string stage, metrics, only;
  Archive archive;  // what the stage takes
};

// `stage`: null before any stage has begun; then `name` is the first to come.
void write_checkpoint(const RunOptions& options, const CaseSets& sets, const System& system, const std::string& name,
                      const Stage* stage, const Metrics& metrics, const std::string& only);

// InputError: of another recipe or other data, of an older program, malformed.
Checkpoint read_checkpoint(const RunOptions& options, const CaseSets& sets, std::span<const Kind> table);

// The same checkpoint with another recipe in it, whose one stage has more epochs.
void rewrite_recipe(const std::filesystem::path& file, const std::string& before, const std::string& after);

}  // namespace deepboltz
