// The kind of system that finds out by itself which pixels are not of the picture (robust_recipe.h).
#pragma once

#include "deepboltz/system/kind.h"

namespace deepboltz {

Kind robust_kind();

}  // namespace deepboltz
