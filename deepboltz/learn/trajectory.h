// The trajectory of a training (sample/trajectory_tempering.h), in archives: its machines, each with its chains. A
// checkpoint has them; a finished run keeps them in a file of their own, beside the model that ends them.
#pragma once

#include <filesystem>

#include "deepboltz/io/safetensors.h"
#include "deepboltz/learn/learning_state.h"

namespace deepboltz {

// What trajectory.safetensors holds. Any machines serve that have the model's layers: swaps leave the model's
// distribution as it is, wherever they come from.
struct Trajectory {
  std::vector<EnergyModel> machines;  // from independent units on, without the model
  std::vector<State> chains;          // as many cases of each machine, the model's last
};

// How many numbers `machines` machines of such a model keep with `chains` chains each.
double trajectory_numbers(const EnergyModel& model, std::int64_t machines, std::int64_t chains);

// Under PREFIXmachine/K/…: the parameters, and chains/L, the states of layer L.
void add_machines(const std::string& prefix, const TemperedChains& tempered, Archive& archive);

// As many machines as there are, of the graph and the chains of the first, which is there already. InputError, naming
// the archive's file, where a part is missing or of another shape.
void take_machines(const std::string& prefix, Archive& archive, TemperedChains& tempered);

// The trajectory that learning stands at, and the model's chains as chains/L.
void add_trajectory(const LearningState& learning, Archive& archive);

// Of machines with the graph of `model`, in its number type. InputError as above, and where the states are none of
// their units.
Trajectory take_trajectory(Context& ctx, const EnergyModel& model, Archive& archive);

// That of a run's folder; nothing where it keeps none.
inline constexpr const char* kTrajectoryFile = "trajectory.safetensors";
std::optional<Trajectory> read_trajectory(Context& ctx, const EnergyModel& model, const std::filesystem::path& folder);

}  // namespace deepboltz
