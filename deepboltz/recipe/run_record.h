// What a run leaves on its way, for people to look at: metrics.csv, log.jsonl, pictures.
#pragma once

#include <filesystem>

#include "deepboltz/recipe/monitor.h"

namespace deepboltz {

// A line more of metrics.csv, whose text is `metrics`.
void record_metrics(const std::filesystem::path& folder, const MetricsRow& row, std::string& metrics);

// A line more of log.jsonl. FileError where it cannot be written.
void append_log(const std::filesystem::path& folder, const std::string& line);

// NAME-chains.png, the visible layer of the chains (or the reconstructions), and NAME-filters.png, filters of the first
// layer; nothing where cases are not pictures. chains: (chains, visible units), states
void draw_stage(Context& ctx, const std::filesystem::path& folder, const std::string& name, const EnergyModel& model,
                ConstMatrix chains, const Dataset& train);

}  // namespace deepboltz
