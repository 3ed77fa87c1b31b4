// The declared fields of a recipe, each with its key, bounds and meaning in one place. Reading, writing, --set and the
// reference in the documents all go through this list; defaults are those of the structs.
#pragma once

#include "deepboltz/recipe/field.h"
#include "deepboltz/recipe/recipe.h"

namespace deepboltz {

// The fields that `recipe` has, in the order in which they are written: those of [pretrain] and [finetune] where the
// recipe has them, Adam's constants where Adam is chosen; of a recommender [ratings] alone. They point into `recipe`.
std::vector<Field> fields(Recipe& recipe);

// A recipe with every optional part but [ratings], so that fields() of it lists everything there is beside that.
Recipe complete_recipe();

// A line a field: key, default, what it may be, meaning. For --help and the documents.
std::string describe_fields();

}  // namespace deepboltz
