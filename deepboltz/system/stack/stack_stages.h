// The stages of a stack's training: pretraining, one a hidden layer, and fine-tuning by back-propagation.
#pragma once

#include "deepboltz/system/kind.h"
#include "deepboltz/system/stack/stack_recipe.h"

namespace deepboltz {

// The layers of the recipe, from the visible one up, as a chain whose connections the machines are of.
EnergyModel layers_of(const StackRecipe& recipe, const Cases& train, const BeginOptions& options);

// The untrained machines of that chain. Their weights are drawn where nothing is pretrained.
std::vector<EnergyModel> untrained_machines(const StackRecipe& recipe, const EnergyModel& layers);

// What becomes of the machines: the parts of the system.
void put_together(Context& ctx, const StackRecipe& recipe, std::span<const EnergyModel> machines, System& system);

Stages stack_stages(const SystemRecipe& recipe, const CaseSets& sets, System& system);

}  // namespace deepboltz
