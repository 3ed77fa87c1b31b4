// A run is a folder; verbs take it, or a model file alone.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "deepboltz/learn/trajectory.h"
#include "deepboltz/model/energy_model.h"
#include "deepboltz/recipe/recipe.h"
#include "deepboltz/stack/network.h"

namespace deepboltz {

struct Trained {
  std::filesystem::path path;    // as the user gave it
  std::filesystem::path folder;  // of the run; empty for a model file
  EnergyModel model;
  std::optional<Recipe> recipe;       // what it was trained by, where the file says so
  std::optional<Network> classifier;  // a fine-tuned network, if the run has one
};

// With numbers of the type that `math` asks for: f32, f64, or auto, as they are in the file. FileError: nothing there,
// or a run that has no model yet. InputError: malformed.
Trained open_trained(const std::filesystem::path& path, const std::string& math);

// The same for a verb that draws from the model or anneals it: with integers of 24 bits (model/quantised.h) where
// `math` is int24, or auto and the numbers in the file are f32; of 16 where it is int16.
Trained open_sampler(Context& ctx, const std::filesystem::path& path, const std::string& math);

// The trajectory that a run trained with that sampler keeps; nothing where there is none.
std::optional<Trajectory> trajectory_of(Context& ctx, const Trained& trained);

// The recipe, or InputError that says which verb needs one.
const Recipe& require_recipe(const Trained& trained, const char* who);

// FileError unless `path` can be written as a file in an existing folder: said before the work, not after it.
void require_writable(const std::filesystem::path& path);

}  // namespace deepboltz
