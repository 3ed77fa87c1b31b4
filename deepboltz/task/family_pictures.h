// What `plot` shows of a machine over aligned sequences: logos of the family, of samples, and of the strongest hidden
// units.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "deepboltz/data/dataset.h"
#include "deepboltz/task/samples.h"

namespace deepboltz {

// The letters of a model's sites: the note "letters" that training leaves in it; empty: the cases are no sequences.
std::string_view letters_of(const EnergyModel& model);

// Weighted means of the columns: what each letter's share of a site is. (1, units)
Tensor site_frequencies(const Dataset& family);

// Writes logo-weights.png, a row a hidden unit, and of a family with cases logo-data.png and logo-samples.png into
// `folder`; returns their paths. Chains start from the family's site frequencies.
std::vector<std::filesystem::path> draw_family_pictures(Context& ctx, const EnergyModel& model, const Dataset& family,
                                                        SampleOptions sampling, const std::filesystem::path& folder);

}  // namespace deepboltz
