// What plot and report show of a Robust Boltzmann machine.
#pragma once

#include "deepboltz/system/drawing.h"

namespace deepboltz {

std::span<const Drawing> robust_drawings();

}  // namespace deepboltz
