// The recognition model of a deep machine (learn/recognition.h) as a part of its system.
#pragma once

#include "deepboltz/learn/recognition.h"
#include "deepboltz/system/system.h"

namespace deepboltz {

inline constexpr const char* kRecognitionPart = "recognition";

// Null: the system has none. InputError: it is not one of the system's machine.
const EnergyModel* find_recognition(const System& system);

}  // namespace deepboltz
