// What plot and report show of a system: files in a folder of pictures.
#pragma once

#include <span>

#include "deepboltz/report/report_file.h"
#include "deepboltz/system/subject.h"

namespace deepboltz {

struct DrawingOptions {
  int sweeps = 1'000;  // Gibbs sweeps of samples and completions
};

struct Drawn {
  std::vector<std::filesystem::path> files;
  std::string said = {};  // lines for the terminal
};

struct Drawing {
  std::string_view word;
  // Writes files into the folder.
  Drawn (*draw)(Context&, const Subject&, const DrawingOptions&, const std::filesystem::path& folder);
  std::string (*refusal)(const Subject&) = nullptr;  // why there is none; empty, or null: there is
  std::span<const ReportFile> shown = {};            // those of its files that a report shows
};

}  // namespace deepboltz
