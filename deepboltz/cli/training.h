// What train and resume have in common: training in a folder that has its recipe, from its checkpoint if there is one.
#pragma once

#include <filesystem>
#include <string>

#include "deepboltz/cli/session.h"
#include "deepboltz/recipe/run_data.h"

namespace deepboltz {

// Interrupted, after a checkpoint was written, when a signal came.
void train_in_folder(Session& session, const std::filesystem::path& folder, const Recipe& recipe,
                     const std::string& recipe_text, const RunData& data);

}  // namespace deepboltz
