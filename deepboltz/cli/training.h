// Training of a run in its folder, from its beginning or from where it was stopped.
#pragma once

#include "deepboltz/cli/session.h"
#include "deepboltz/recipe/recipe.h"

namespace deepboltz {

// `begun`: the parts to begin with; absent: train_run makes them, or a checkpoint has them.
void train_in_folder(Session& session, const std::filesystem::path& folder, const Recipe& recipe,
                     const std::string& recipe_text, const CaseSets& sets, std::optional<System> begun = {});

// How many cases there are of each share, in words.
std::string sizes_of(const Kind& kind, const CaseSets& sets);

}  // namespace deepboltz
