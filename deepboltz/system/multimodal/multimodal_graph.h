// The layers of a multimodal machine and their connections, as its recipe says them: by pathways that meet in a joint
// layer, or layer by layer. Both are one list, which model/layer_list.h builds.
#pragma once

#include <map>
#include <optional>

#include "deepboltz/system/multimodal/multimodal_recipe.h"

namespace deepboltz {

// A machine with the recipe's layers, for parts of these widths, with weights and biases of zero.
EnergyModel machine_of(const MultimodalRecipe& recipe, const std::map<std::string, std::int64_t>& widths, int classes);

// What is said of [[layer]] and [[connection]]; then the graph. None: what they say is no machine, and was refused.
std::optional<EnergyModel> require_consistent_graph(const MultimodalRecipe& recipe, const Refuse& refuse);

}  // namespace deepboltz
