// The model of a recipe before any training, and whether it can be trained on the data.
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/system/begin_options.h"
#include "deepboltz/system/layered/layered_recipe.h"

namespace deepboltz {

// A model with the recipe's layers and no training.
EnergyModel untrained_model(const LayeredRecipe& recipe, const Cases& train, const BeginOptions& options);

// InputError, before any work, where the recipe and the data do not fit together.
void require_cases_fit(const LayeredRecipe& recipe, const CaseSets& sets, const EnergyModel& model);

}  // namespace deepboltz
