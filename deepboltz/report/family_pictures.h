// What `plot` shows of a machine over aligned sequences: logos of the family, of samples, and of the strongest hidden
// units.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "deepboltz/data/cases.h"
#include "deepboltz/report/report_file.h"
#include "deepboltz/task/samples.h"

namespace deepboltz {

inline constexpr ReportFile kFamilyPictures[] = {
    {"logo-data.png", "Logo of the family"},
    {"logo-samples.png", "Logo of samples"},
    {"logo-weights.png", "Weights of the strongest hidden units, a row a unit"},
};

// Weighted means of the columns: what each letter's share of a site is. (1, units)    family: (cases, units) u8
Tensor site_frequencies(ConstMatrix family, std::span<const float> weights);

// Writes logo-weights.png, a row a hidden unit, and of a family with cases logo-data.png and logo-samples.png into
// `folder`; returns their paths. Chains start from the family's site frequencies.
std::vector<std::filesystem::path> draw_family_pictures(Context& ctx, const EnergyModel& model,
                                                        std::string_view letters, const Cases& family,
                                                        SampleOptions sampling, const std::filesystem::path& folder);

// The letters of a column's sites, one a value; empty: its cases are no sequences.
std::string letters_of(const Meaning& meaning);

}  // namespace deepboltz
