// The recognition model of a deep machine (learn/recognition.h) as a part of its system.
#pragma once

#include "deepboltz/learn/recognition.h"
#include "deepboltz/system/system.h"

namespace deepboltz {

inline constexpr const char* kRecognitionPart = "recognition";

// Null: the system has none. InputError: it is not one of the system's machine.
const EnergyModel* find_recognition(const System& system);

// Posterior means into the free layers of `state`: one sweep of mean field from the guess.
void infer_from_guess(Context& ctx, const EnergyModel& model, const EnergyModel& recognition, State& state);

}  // namespace deepboltz
