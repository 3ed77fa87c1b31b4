// A run, or several beside each other, as one web page that needs nothing else: the curves of metrics.csv, the
// pictures, the numbers of evaluation.json with their errors, the recipe. Everything is inside of the file, and
// everything that came from a file is escaped. What is missing is left out, with a line that says which command makes
// it.
#pragma once

#include <filesystem>
#include <span>
#include <string>

namespace deepboltz {

// The pictures that a page shows by name, in this order; others of the folder pictures/ follow them.
struct ReportPicture {
  const char *file, *title, *command;  // command: what makes it, "RUN" standing for the folder
};
inline constexpr ReportPicture kReportPictures[] = {
    {"samples.png", "Samples (left) beside data (right)", "deepboltz plot RUN"},
    {"completion-left-half.png", "Left half completed: image, seen, one completion, probabilities",
     "deepboltz plot RUN"},
    {"completion-bottom-half.png", "Bottom half completed", "deepboltz plot RUN"},
    {"completion-centre.png", "Centre completed", "deepboltz plot RUN"},
    {"completion-random.png", "Random half completed", "deepboltz plot RUN"},
    {"filters-1.png", "Filters of the first layer", "deepboltz plot RUN"},
    {"filters-2.png", "Filters of the second layer, as sums of the first's", "deepboltz plot RUN"},
};

// The page, as HTML. FileError: no runs, or a folder that is missing. InputError "FILE:POSITION: …": a file of a run
// that is not what its name says.
std::string report_page(std::span<const std::filesystem::path> runs);

}  // namespace deepboltz
