// What plot shows of a machine of several parts: the joint units as words beside pictures, and pictures drawn for the
// words of test cases.
#pragma once

#include "deepboltz/system/drawing.h"

namespace deepboltz {

std::span<const Drawing> multimodal_drawings();

}  // namespace deepboltz
