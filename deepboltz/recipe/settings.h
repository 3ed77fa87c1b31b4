// The declared settings of a recipe, each with its key, bounds and meaning in one place. Reading, writing, --set and
// the reference of the command all go through this list; defaults are those of the structs.
#pragma once

#include "deepboltz/recipe/recipe.h"

namespace deepboltz {

// A recipe of that kind with every default.
Recipe recipe_of(const Kind& kind);

// What `recipe` has, in the order in which it is written. They point into `recipe`.
Settings settings_of(const Recipe& recipe);

// Makes every table and list of tables that the recipe may leave out, so that its settings are all that there are.
void make_everything(Recipe& recipe);

// A line a setting: key, default, what it may be, meaning. For --help-recipe and the documents.
std::string describe_settings(std::span<const Kind> table);

}  // namespace deepboltz
