// The stages of a Robust Boltzmann machine: its clean half as any Gaussian machine, then the mask's half with the clean
// one frozen.
#pragma once

#include "deepboltz/system/kind.h"

namespace deepboltz {

// Columns of metrics.csv beside those of the face: clear and model_clear, the shares of pixels that covered pictures
// and chains of the model have clear; strength, the mean of γ².
Stages robust_stages(const SystemRecipe& recipe, const CaseSets& sets, System& system);

}  // namespace deepboltz
