// What a run leaves on its way, for people to look at: metrics.csv and log.jsonl.
#pragma once

#include <filesystem>

#include "deepboltz/learn/stage.h"

namespace deepboltz {

// stage,epoch,updates,rate and the columns of all stages, in the order in which they first come.
class Metrics {
 public:
  Metrics() = default;
  explicit Metrics(std::span<const std::unique_ptr<Stage>> stages);

  // Goes on with a text that an earlier program may have begun: its columns stay, and others are left out.
  void restore(std::string before);

  // A line more, where something was looked at. At the end of a stage `if_more` is what a look finds that is not the
  // last: a run that is given more epochs then has the lines of a longer one.
  void add(const Stage& stage, const Figures& figures, const Figures* if_more = nullptr);

  std::string text, more;  // of metrics.csv; empty before the first line

 private:
  void add_line(const Stage& stage, const Figures& figures, std::string& to) const;

  std::vector<std::string> columns_;
};

// A line more of log.jsonl. FileError where it cannot be written.
void append_log(const std::filesystem::path& folder, const std::string& line);

}  // namespace deepboltz
