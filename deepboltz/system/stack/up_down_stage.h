// The up-down algorithm as a stage of a run.
#pragma once

#include <memory>

#include "deepboltz/learn/stage.h"
#include "deepboltz/system/stack/stack_recipe.h"
#include "deepboltz/system/system.h"

namespace deepboltz {

// Columns of metrics.csv: squared_error, the mean |v - E[v | first hidden layer]|² of the epoch's cases; error_percent
// on the validation cases, where the top has labels.
std::unique_ptr<Stage> up_down_stage(const StackRecipe& recipe, const CaseSets& sets, System& system);

}  // namespace deepboltz
