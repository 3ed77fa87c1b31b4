// A recipe as TOML with every field written out, so that it reads back as the same value whatever the defaults become.
#pragma once

#include <string>

#include "deepboltz/recipe/recipe.h"

namespace deepboltz {

std::string write_recipe(const Recipe& recipe);

}  // namespace deepboltz
