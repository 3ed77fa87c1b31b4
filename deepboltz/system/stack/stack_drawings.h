// What plot and report show of a stack.
#pragma once

#include "deepboltz/system/drawing.h"

namespace deepboltz {

std::span<const Drawing> stack_drawings();

}  // namespace deepboltz
