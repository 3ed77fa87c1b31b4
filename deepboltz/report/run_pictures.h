// The pictures of a machine whose cases are pictures, all at once.
#pragma once

#include <filesystem>

#include "deepboltz/report/pictures.h"
#include "deepboltz/report/report_file.h"
#include "deepboltz/task/complete.h"

namespace deepboltz {

inline constexpr ReportFile kRunPictures[] = {
    {"samples.png", "Samples (left) beside data (right)"},
    {"completion-left-half.png", "Left half completed: image, seen, one completion, probabilities"},
    {"completion-bottom-half.png", "Bottom half completed"},
    {"completion-centre.png", "Centre completed"},
    {"completion-random.png", "Random half completed"},
    {"filters-1.png", "Filters of the first layer"},
    {"filters-2.png", "Filters of the second layer, as sums of the first's"},
};

struct RunPictureOptions {
  Meaning meaning = {};         // of the visible units: the shape of their pictures
  ConstMatrix cases = {};       // (cases, visible units) of the model's type, states: shown beside samples and, of
                                // Bernoulli units, completed; empty: only filters
  std::int64_t samples = 80;    // chains, at most as many as there are cases
  int burn_in = 1'000;          // sweeps of these chains
  std::int64_t completed = 20;  // cases completed under each mask
  CompleteOptions complete{.burn_in = 200, .sweeps = 200, .chains = 5};  // key and report are replaced
  Key key = {};
  Report report = {};  // false stops with Interrupted
};

// Writes filters-1.png, filters-2.png where there is a second hidden layer, samples.png and completion-MASK.png into
// `folder`, which is made if it is missing; returns their paths.
std::vector<std::filesystem::path> draw_run_pictures(Context& ctx, const EnergyModel& model,
                                                     const RunPictureOptions& options,
                                                     const std::filesystem::path& folder);

}  // namespace deepboltz
