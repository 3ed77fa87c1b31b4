// The pictures of a report: those with a name, in their order, then the others of the folder pictures/.
#pragma once

#include <span>

#include "deepboltz/report/report_run.h"

namespace deepboltz {

// One run: all its pictures in one grid. Several: a row a picture. InputError: a file that is no PNG.
std::string report_pictures(std::span<const ReportRun> runs);

}  // namespace deepboltz
