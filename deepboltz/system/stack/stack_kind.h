// The kind of system whose layers are trained one on the other: autoencoders, belief nets (stack_recipe.h).
#pragma once

#include "deepboltz/system/kind.h"

namespace deepboltz {

Kind stack_kind();

}  // namespace deepboltz
