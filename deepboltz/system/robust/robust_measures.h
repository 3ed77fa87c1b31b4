// What evaluate asks of a Robust Boltzmann machine.
#pragma once

#include "deepboltz/system/measure.h"
#include "deepboltz/system/robust/denoise.h"

namespace deepboltz {

// How the recipe of the subject denoises, and its cases without what covers them.
DenoiseOptions denoise_options(const Subject& of);
Denoised denoised_cases(Context& ctx, const Subject& of, const Cases& cases);

std::span<const Measure> robust_measures();

}  // namespace deepboltz
