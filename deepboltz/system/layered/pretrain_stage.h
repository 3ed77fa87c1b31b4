// Greedy pretraining, layer by layer, as stages of a run: of a deep Boltzmann machine with its scaled messages, of a
// belief net or an autoencoder with plain ones (learn/pretrain.h).
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "deepboltz/learn/pretrain.h"
#include "deepboltz/system/kind.h"
#include "deepboltz/system/layered/layered_recipe.h"

namespace deepboltz {

using Machines = std::vector<EnergyModel>;

struct PretrainPlan {
  PretrainRule rule;
  // The layers, from the visible one up, as a chain whose connections the machines are of. It stays where it is.
  std::function<const EnergyModel&()> layers;
  // Turns the trained machines into the parts of the system, at the end of the last stage.
  std::function<void(Context&, const Machines&)> join;
};

// Adds a stage for every [[pretrain.stage]]: pretrain1, pretrain2, …
void add_pretraining(const LayeredRecipe& recipe, const CaseSets& sets, PretrainPlan plan, Stages& stages);

}  // namespace deepboltz
