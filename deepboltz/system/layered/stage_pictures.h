// What a stage shows of the machine that it trains.
#pragma once

#include <filesystem>

#include "deepboltz/data/cases.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// NAME-chains.png, the visible layer of the chains (or the reconstructions), and NAME-filters.png, filters of the first
// layer; nothing where cases are not pictures. chains: (chains, visible units), states
void draw_stage(Context& ctx, const std::filesystem::path& folder, const std::string& name, const EnergyModel& model,
                ConstMatrix chains, const Meaning& visible);

}  // namespace deepboltz
