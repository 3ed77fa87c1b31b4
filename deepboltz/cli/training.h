// Training of a run in its folder, from its beginning or from where it was stopped.
#pragma once

#include "deepboltz/cli/session.h"
#include "deepboltz/recipe/recipe.h"

namespace deepboltz {

void train_in_folder(Session& session, const std::filesystem::path& folder, const Recipe& recipe,
                     const std::string& recipe_text, const CaseSets& sets);

// How many cases there are of each share, in words.
std::string sizes_of(const Kind& kind, const CaseSets& sets);

}  // namespace deepboltz
