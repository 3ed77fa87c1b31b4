// A recipe becomes a trained system: its stages, one after the other, of whatever kind.
//
// Everything that a run leaves is in its folder: model.safetensors (the system's parts), checkpoint.safetensors,
// metrics.csv, log.jsonl, pictures/. A checkpoint holds all that training carries, metrics.csv included, so that a run
// that was stopped anywhere, resumed, gives the same bytes as one that was not.
#pragma once

#include <filesystem>

#include "deepboltz/base/report.h"
#include "deepboltz/system/kind.h"

namespace deepboltz {

struct RunOptions {
  std::filesystem::path folder;                          // exists
  std::string recipe_text;                               // the resolved recipe; it goes into the model file
  Report report = {};                                    // false: write a checkpoint and stop
  std::function<void(const std::string&)> warn = {};     // takes a line that a user should see at once
  std::function<void(const std::string&)> summary = {};  // takes what a stage came to, at its end
};

enum class Outcome : std::uint8_t { finished, interrupted };

// Trains from the folder's checkpoint, or from the beginning where there is none: with the parts of `begun`, which
// Kind::begin made, or with parts that are made here. InputError if the checkpoint is of another recipe or other data.
Outcome train_run(Context& ctx, const Kind& kind, const SystemRecipe& recipe, const CaseSets& sets,
                  const RunOptions& options, std::optional<System> begun = {});

// The parts of another run or model that a new run begins with: nothing that pretraining or initial weights would give,
// and no velocity or chains.
struct From {
  System system;
  std::filesystem::path file;
  std::string word;  // SHA256 and the path that the user gave: a note of the new system
  std::string only;  // the first stage to run; empty: the first that trains what the parts are
};

// InputError where the parts are not those that recipe and cases ask for, or the recipe has no such stage.
void check_from(Context& ctx, const Kind& kind, const SystemRecipe& recipe, const CaseSets& sets, const From& from);

// Writes the first checkpoint of the folder, from which train_run goes on. InputError where the parts are not those
// that recipe and cases ask for.
void begin_from(Context& ctx, const Kind& kind, const SystemRecipe& recipe, const CaseSets& sets,
                const RunOptions& options, From from);

// Removes the half-written files of a process that was killed.
void tidy_run(const std::filesystem::path& folder);

// What a run leaves in its folder.
std::span<const std::string_view> run_files();

}  // namespace deepboltz
