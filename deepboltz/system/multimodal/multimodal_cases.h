// The cases of a multimodal machine: the parts that its pathways see, and the labels that they share.
#pragma once

#include "deepboltz/data/locate.h"
#include "deepboltz/system/multimodal/multimodal_recipe.h"

namespace deepboltz {

// InputError: no such data set, a pathway without a part of its name, values that its visible units do not have.
CaseSets load_parts(Context& ctx, const MultimodalRecipe& recipe, const DataPlaces& places);

// The median length of the documents of a part, of those that are there and have words; 0: there are none.
double median_length(const Column& column);

// Shows the columns of cases from elsewhere as those of that share are shown.
void show_parts(const MultimodalRecipe& recipe, Share share, Cases& cases);

// A machine with the recipe's layers, for cases like these, and no training.
EnergyModel untrained_machine(const MultimodalRecipe& recipe, const Cases& train, const BeginOptions& options);

}  // namespace deepboltz
