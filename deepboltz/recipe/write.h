// A recipe as TOML with every setting written out, so that it reads back as the same value whatever the defaults
// become.
#pragma once

#include "deepboltz/recipe/recipe.h"

namespace deepboltz {

std::string write_recipe(const Recipe& recipe);

// The value of a setting, as it stands in a recipe.
std::string toml(const Setting& setting);

}  // namespace deepboltz
