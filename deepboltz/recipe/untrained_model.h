// The model of a recipe before any training, and whether it can be trained on the data.
#pragma once

#include "deepboltz/recipe/run_data.h"

namespace deepboltz {

// A model with the recipe's layers and no training: what a dry run measures.
EnergyModel untrained_model(const Recipe& recipe, const Dataset& train);

// InputError, before any work, where the recipe and the data do not fit together.
void require_trainable(const Recipe& recipe, const RunData& data);

}  // namespace deepboltz
