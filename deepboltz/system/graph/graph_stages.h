// The stages of a graph's training: pretraining, one a hidden layer; joint training; discriminative fine-tuning.
#pragma once

#include "deepboltz/system/graph/graph_recipe.h"
#include "deepboltz/system/kind.h"

namespace deepboltz {

Stages graph_stages(const SystemRecipe& recipe, const CaseSets& sets, System& system);

}  // namespace deepboltz
