// A run is a folder; verbs take it, or a model file alone.
#pragma once

#include <filesystem>
#include <vector>

#include "deepboltz/cli/session.h"
#include "deepboltz/recipe/recipe.h"
#include "deepboltz/system/system.h"

namespace deepboltz {

struct Trained {
  std::filesystem::path path;    // as the user gave it
  std::filesystem::path folder;  // of the run; empty for a model file
  System system;
  const Kind* kind = nullptr;
  std::optional<Recipe> recipe = {};  // what it was trained by, where the file says so
};

// With numbers of the type that --math asks for: f32, f64, or auto, as they are in the file. FileError: nothing there,
// or a run that has no model yet. InputError: malformed.
Trained open_trained(Session& session, const std::filesystem::path& path);

// The same for a verb that draws from the machines or anneals them: with integers of 24 bits (model/quantised.h) where
// --math is int24, or auto and this kind of system takes them; of 16 where it is int16.
Trained open_sampler(Session& session, const std::filesystem::path& path);

// The recipe, or InputError that says which verb needs one.
const Recipe& require_recipe(const Trained& trained, const char* who);

// InputError: this kind of system is not for that verb; it has others.
[[noreturn]] void refuse_verb(const Trained& trained, const char* verb);

// The machine that a verb works on. InputError where this kind of system has none, with the verbs that it has.
const EnergyModel& graph_of(const Trained& trained, const char* verb);

// The machine whose visible layer takes the cases. InputError as above.
const EnergyModel& machine_of_cases(const Trained& trained, const char* verb);

// The file that it was read from.
std::filesystem::path model_file_of(const Trained& trained);

// What is measured and drawn of it: its own cases, or others. `sets` and `cases` must outlive it.
Subject subject_of(Session& session, const Trained& trained, const CaseSets& sets, const Cases& cases, Share share,
                   std::uint64_t use);

// FileError unless `path` can be written as a file in an existing folder: said before the work, not after it.
void require_writable(const std::filesystem::path& path);
// The same, and InputError where it is one of the inputs, or a file of one that is a folder.
void require_output(const std::filesystem::path& path, const std::vector<std::filesystem::path>& inputs);
// The files that a recipe names; those of a run, with its model file.
std::vector<std::filesystem::path> inputs_of(const Recipe& recipe);
std::vector<std::filesystem::path> inputs_of(const Trained& trained);

}  // namespace deepboltz
