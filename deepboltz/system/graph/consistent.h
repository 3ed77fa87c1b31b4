// What the settings of a recipe must be together, beyond each one's own bounds.
#pragma once

#include "deepboltz/setting/refuse.h"
#include "deepboltz/system/graph/graph_recipe.h"

namespace deepboltz {

// Calls refuse(key, message) at the first contradiction; `refuse` throws.
void require_consistent(const GraphRecipe& recipe, const Refuse& refuse);

}  // namespace deepboltz
