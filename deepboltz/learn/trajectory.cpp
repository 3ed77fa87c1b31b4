#include "deepboltz/learn/trajectory.h"

#include "deepboltz/model/save.h"
#include "deepboltz/model/support.h"

namespace deepboltz {
namespace {

std::string machine_name(const std::string& prefix, std::size_t m) { return fmt::format("{}machine/{}/", prefix, m); }

std::string layer_name(const std::string& prefix, std::size_t layer) {
  return fmt::format("{}chains/{}", prefix, layer);
}

void add_states(const std::string& prefix, const State& states, Archive& archive) {
  for (std::size_t l = 0; l < states.layers.size(); ++l) archive.add(layer_name(prefix, l), states.layers[l].clone());
}

void take_states(const std::string& prefix, Archive& archive, State& states) {
  for (std::size_t l = 0; l < states.layers.size(); ++l) {
    const std::string name = layer_name(prefix, l);
    const Tensor &found = archive.at(name), &like = states.layers[l];
    require(found.dtype() == like.dtype() && found.rows() == like.rows() && found.cols() == like.cols(),
            "{}: '{}' should be {} × {} {}, but is {} × {} {}", archive.file, name, like.rows(), like.cols(),
            name_of(like.dtype()), found.rows(), found.cols(), name_of(found.dtype()));
    states.layers[l] = archive.take(name);
  }
}

}  // namespace

double trajectory_numbers(const EnergyModel& model, std::int64_t machines, std::int64_t chains) {
  double units = 0;
  for (const Layer& layer : model.layers()) units += double(layer.units);
  return double(machines) * (double(model.parameters()) + double(chains) * units);
}

void add_machines(const std::string& prefix, const TemperedChains& tempered, Archive& archive) {
  for (std::size_t m = 0; m < tempered.machines.size(); ++m) {
    add_numbers(tempered.machines[m], machine_name(prefix, m), archive);
    add_states(machine_name(prefix, m), tempered.machine_chains[m], archive);
  }
}

void take_machines(const std::string& prefix, Archive& archive, TemperedChains& tempered) {
  if (tempered.machines.empty()) return;
  for (std::size_t m = 0; m == 0 || archive.contains(layer_name(machine_name(prefix, m), 0)); ++m) {
    if (m == tempered.machines.size()) {
      tempered.machines.push_back(tempered.machines[0].clone());
      tempered.machine_chains.push_back(tempered.machine_chains[0].clone());
    }
    take_numbers(machine_name(prefix, m), archive, tempered.machines[m]);
    take_states(machine_name(prefix, m), archive, tempered.machine_chains[m]);
  }
}

void add_trajectory(const LearningState& learning, Archive& archive) {
  add_machines("", learning.tempered, archive);
  add_states("", learning.chains, archive);
}

Trajectory take_trajectory(Context& ctx, const EnergyModel& model, Archive& archive) {
  const Tensor& first = archive.at(layer_name("", 0));
  require(first.rows() >= 1, "{}: '{}' has no chains", archive.file, layer_name("", 0));
  require(first.dtype() != DType::u8, "{}: '{}' should be of real numbers", archive.file, layer_name("", 0));
  const EnergyModel like = model.to(first.dtype());
  State chains = like.make_state(ctx, first.rows());
  TemperedChains tempered;
  tempered.machines.push_back(like.clone());
  tempered.machine_chains.push_back(chains.clone());
  take_machines("", archive, tempered);
  take_states("", archive, chains);
  Trajectory out;
  for (const EnergyModel& machine : tempered.machines) out.machines.push_back(machine.to(model.precision()));
  out.chains = std::move(tempered.machine_chains);
  out.chains.push_back(std::move(chains));
  for (State& states : out.chains) {
    for (Tensor& layer : states.layers) layer = layer.to(model.precision());
    for (LayerId id : model.ids()) require_states(model, id, states, archive.file);
  }
  return out;
}

std::optional<Trajectory> read_trajectory(Context& ctx, const EnergyModel& model, const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kTrajectoryFile;
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::nullopt;
  Archive archive = read_safetensors(file);
  return take_trajectory(ctx, model, archive);
}

}  // namespace deepboltz
