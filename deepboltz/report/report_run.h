// What a report knows of a run, and what its sections say where something is missing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "deepboltz/report/metrics_table.h"
#include "deepboltz/report/numbers.h"

namespace deepboltz {

inline constexpr std::uint64_t kLargestReportFile = std::uint64_t(16) << 20;  // bytes of one file in a page

struct ReportRun {
  std::filesystem::path folder;
  std::string name;
  MetricsTable metrics;
  std::vector<Number> numbers;
  std::vector<std::pair<double, double>> retrieval;  // recall, precision
  std::string recipe;
};

// FileError: the folder is missing. InputError "FILE:POSITION: …": a file that is not what its name says.
ReportRun read_report_run(const std::filesystem::path& folder);

// A line that says which command makes `what`; "RUN" in the command stands for the run.
std::string missing_line(std::string what, std::string command, const ReportRun& run);

}  // namespace deepboltz
