// What the settings of a recipe's data, and of the units that take them, must be together.
#pragma once

#include "deepboltz/setting/refuse.h"
#include "deepboltz/system/layered/layered_recipe.h"

namespace deepboltz {

void require_consistent_data(const LayeredRecipe& recipe, const Refuse& refuse);

}  // namespace deepboltz
