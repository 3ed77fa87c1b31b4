// The machine of another run, as its joint training left it: what a run that only fine-tunes begins with.
#pragma once

#include "deepboltz/recipe/run.h"

namespace deepboltz {

struct JointMachine {
  EnergyModel model;
  std::string sha256;            // of the file that the model was read from
  std::filesystem::path folder;  // the run that it is of
};

// From the run's model.safetensors, which fine-tuning leaves as it is. FileError: nothing there. InputError: malformed,
// or joint training is not over.
JointMachine read_joint_machine(const std::filesystem::path& run);

// InputError unless the recipe fine-tunes, and the machine has the layers that the recipe and its cases ask for.
void require_machine_of(const Recipe& recipe, const Dataset& train, const JointMachine& machine);

// Writes the first checkpoint of options.folder, from which train_run fine-tunes `machine`; nothing else of the other
// run is taken over.
void begin_from(const Recipe& recipe, const RunData& data, const RunOptions& options, const JointMachine& machine);

}  // namespace deepboltz
