// The cases of a recipe, as it declares them: training, validation and test cases.
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/data/locate.h"
#include "deepboltz/data/read_options.h"
#include "deepboltz/system/layered/layered_recipe.h"

namespace deepboltz {

// Reads and splits. Test cases have the words and the classes of the training cases, by name; documents for a model of
// bits are which words come in them. Named sets are located, files read; nothing is downloaded unless `places` can.
CaseSets load_cases(Context& ctx, const LayeredRecipe& recipe, const DataPlaces& places);

// How files that are to be like the training cases are read; not their words.
ReadOptions reading_of(const LayeredRecipe& recipe);

// How the visible column of that share is shown to the recipe's machine.
void show_cases(const LayeredRecipe& recipe, Share share, Cases& cases);

}  // namespace deepboltz
