// The pictures and texts of a report: those with a title, in their order, then the other pictures of pictures/.
#pragma once

#include <span>

#include "deepboltz/report/report_file.h"
#include "deepboltz/report/report_run.h"

namespace deepboltz {

// One run: all its pictures in one grid. Several: a row a picture. InputError: a file that is no PNG.
std::string report_pictures(std::span<const ReportRun> runs, std::span<const ReportFile> files);

}  // namespace deepboltz
