// The parts of cases in the user's own files, as a recipe declares them ([[data.part]]).
#pragma once

#include "deepboltz/data/read_options.h"
#include "deepboltz/system/multimodal/multimodal_recipe.h"

namespace deepboltz {

struct PartCases {
  Cases train, test;  // test may have no cases
};

// Parts of test cases have the words, columns, scale and classes of the training part. InputError: what read_data and
// join_parts refuse; a class that no training case has.
PartCases load_part_files(const MultimodalRecipe& recipe);

// How files are read that are to be like that part; of a named set as a file says of itself.
ReadOptions reading_of(const MultimodalRecipe& recipe, const std::string& part);

}  // namespace deepboltz
