// The data of a run, as its recipe declares them: training, validation and test cases.
#pragma once

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/locate.h"
#include "deepboltz/recipe/recipe.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

struct RunData {
  Dataset train, validation, test;  // the last two may have no cases
};

// Reads and splits. Test cases have the words and the classes of the training cases, by name; documents for a model of
// bits are which words come in them. Named sets are located, files read; nothing is downloaded unless `places` can.
RunData load_run_data(Context& ctx, const Recipe& recipe, const DataPlaces& places);

// What ties a run to its data: a checkpoint is refused with other contents.
std::string content_hash(const RunData& data);

}  // namespace deepboltz
