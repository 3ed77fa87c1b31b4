// The pictures of a Robust Boltzmann machine: clean ones to learn from, covered ones to learn masks from, and those
// that are asked about.
#pragma once

#include "deepboltz/data/locate.h"
#include "deepboltz/system/robust/robust_recipe.h"

namespace deepboltz {

inline constexpr const char* kCovered = "covered";  // of CaseSets::beside; not there where nothing is learnt from them

// InputError: covered pictures of another size than the clean ones, a picture without contrast.
CaseSets load_robust(Context& ctx, const RobustRecipe& recipe, const DataPlaces& places);

// Each row to mean 0 and a root mean square of 10/32 (a norm of 10 at 32 × 32). InputError, naming the row: it is one
// grey.    pictures: (cases, pixels) f32
void take_contrast(Matrix pictures, const std::string& name);
void take_contrast(Cases& cases);

void show_robust(const RobustRecipe& recipe, Share share, Cases& cases);

}  // namespace deepboltz
