// Words for the user: standard error. Results go to standard output, in results.h.
//
// Progress is a bar with rate and time left where standard error is a terminal, and elsewhere a line now and then.
#pragma once

#include <chrono>
#include <string>

#include "deepboltz/base/report.h"

namespace deepboltz {

class Console {
 public:
  explicit Console(bool quiet = false);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  void be_quiet() { quiet_ = true; }
  void say(const std::string& line);
  // The command that a user would type next: how every screen ends.
  void next(const std::string& command) { say("next: " + command); }
  void show(const Progress& progress);
  void clear();  // takes the bar away, if there is one

 private:
  using Clock = std::chrono::steady_clock;

  std::string cut_to_terminal(std::string line) const;
  bool due(const Progress& progress, Clock::time_point now) const;

  bool quiet_, terminal_, bar_ = false;
  std::string activity_;
  std::int64_t first_done_ = 0;
  Clock::time_point started_, shown_;
};

// "1:05", "2:03:04"
std::string clock_text(double seconds);

}  // namespace deepboltz
