// What the fields of a recipe must be together, beyond each one's own bounds.
#pragma once

#include <functional>

#include "deepboltz/recipe/recipe.h"

namespace deepboltz {

// Calls refuse(key, message) at the first contradiction; `refuse` throws.
using Refuse = std::function<void(const std::string& key, const std::string& message)>;
void require_consistent(const Recipe& recipe, const Refuse& refuse);

}  // namespace deepboltz
