// The curves of metrics.csv in a report.
#pragma once

#include <span>

#include "deepboltz/report/report_run.h"

namespace deepboltz {

// A chart a stage and column, the runs in it beside each other.
std::string report_curves(std::span<const ReportRun> runs);

}  // namespace deepboltz
