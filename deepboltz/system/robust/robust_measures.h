// What evaluate asks of a Robust Boltzmann machine.
#pragma once

#include "deepboltz/system/measure.h"
#include "deepboltz/system/robust/denoise.h"

namespace deepboltz {

// Cases without what covers them, as the recipe denoises.
Denoised denoised_cases(Context& ctx, const System& system, const SystemRecipe& recipe, const Cases& cases, Key key,
                        const Report& report);
Denoised denoised_cases(Context& ctx, const Subject& of, const Cases& cases);

std::span<const Measure> robust_measures();

}  // namespace deepboltz
