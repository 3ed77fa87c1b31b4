// A recipe, once it is read: the kind of system, and what the kind's own recipe says.
#pragma once

#include "deepboltz/system/kind.h"

namespace deepboltz {

struct Recipe {
  const Kind* kind = nullptr;
  std::unique_ptr<SystemRecipe> values;
  std::string system;  // the kind's word, where the text says it; empty: a table of its own, or nothing, marks it
};

}  // namespace deepboltz
