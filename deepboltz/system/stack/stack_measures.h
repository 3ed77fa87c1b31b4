// What evaluate asks of a stack.
#pragma once

#include "deepboltz/system/measure.h"

namespace deepboltz {

std::span<const Measure> stack_measures();

}  // namespace deepboltz
