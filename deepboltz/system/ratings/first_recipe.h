// A first recipe for a file of ratings.
#pragma once

#include "deepboltz/system/kind.h"

namespace deepboltz {

// By what data/rating_scale.h finds in the file.
std::optional<FirstRecipe> first_ratings_recipe(const std::filesystem::path& path, const std::string& name);

}  // namespace deepboltz
