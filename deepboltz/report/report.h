// A run, or several beside each other, as one web page that needs nothing else: the curves of metrics.csv, the
// pictures, the numbers of evaluation.json with their errors, the recipe. Everything is inside of the file, and
// everything that came from a file is escaped. What is missing is left out, with a line that says which command makes
// it.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "deepboltz/report/report_file.h"

namespace deepboltz {

// The page, as HTML. Of the folder pictures/ it shows `files` by their titles, in this order, then the other PNG files.
// InputError: no runs, or "FILE:POSITION: …", a file that is not what its name says. FileError: a missing folder.
std::string report_page(std::span<const std::filesystem::path> runs, std::span<const ReportFile> files);

}  // namespace deepboltz
