// How a multimodal machine learns: greedily, layer by layer along its pathways and then the joint layer on all of them
// (learn/pretrain.h), and jointly. Srivastava & Salakhutdinov (2012); docs/models/multimodal.md
#pragma once

#include "deepboltz/system/kind.h"
#include "deepboltz/system/multimodal/multimodal_recipe.h"

namespace deepboltz {

// Those of the recipe, of the part "model".
Stages multimodal_stages(const SystemRecipe& recipe, const CaseSets& sets, System& system);

}  // namespace deepboltz
