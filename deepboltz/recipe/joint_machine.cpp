#include "deepboltz/recipe/joint_machine.h"

#include <nlohmann/json.hpp>

#include "deepboltz/io/file.h"
#include "deepboltz/io/sha256.h"
#include "deepboltz/model/save.h"
#include "deepboltz/recipe/run_checkpoint.h"
#include "deepboltz/recipe/run_record.h"
#include "deepboltz/recipe/untrained_model.h"

namespace deepboltz {
namespace {

// "f32: visible 784 bernoulli, hidden1 500 bernoulli"
std::string layers_of(const EnergyModel& model) {
  std::vector<std::string> layers;
  for (const Layer& layer : model.layers())
    layers.push_back(fmt::format("{} {} {}", layer.name, layer.units, word_of(layer.unit)));
  return fmt::format("{}: {}", name_of(model.precision()), fmt::join(layers, ", "));
}

}  // namespace

JointMachine read_joint_machine(const std::filesystem::path& run) {
  const std::filesystem::path file = run / "model.safetensors";
  const Archive checkpoint = read_safetensors(run / "checkpoint.safetensors");
  const std::string& phase = checkpoint_text(checkpoint, "run/phase");
  require(phase == "finetune" || phase == "done",
          "{}: run/phase: expected finetune or done, got '{}'; its joint training goes on with: deepboltz resume {}",
          checkpoint.file, phase, run.string());
  return {.model = read_model(file), .sha256 = sha256(read_file(file)), .folder = run};
}

void require_machine_of(const Recipe& recipe, const Dataset& train, const JointMachine& machine) {
  require(recipe.finetune.has_value(), "train --from: the recipe has no [finetune], and joint training is over in {}",
          machine.folder.string());
  const std::string expected = layers_of(untrained_model(recipe, train)), found = layers_of(machine.model);
  require(found == expected, "{}: the recipe and its data ask for the layers '{}', the machine has '{}'",
          (machine.folder / "model.safetensors").string(), expected, found);
}

void begin_from(const Recipe& recipe, const RunData& data, const RunOptions& options, const JointMachine& machine) {
  RunState state = untrained_state(recipe, data);
  state.phase = "finetune";
  state.model = machine.model.clone();
  state.model.notes.clear();
  state.from = fmt::format("{} {}", machine.sha256, machine.folder.string());
  append_log(options.folder, nlohmann::json{{"from", machine.folder.string()}, {"model", machine.sha256}}.dump());
  save_run(data, options, state);
}

}  // namespace deepboltz
