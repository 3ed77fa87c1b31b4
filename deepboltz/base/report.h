// Where progress goes. The core never prints: it calls what its caller handed in.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "deepboltz/base/error.h"

namespace deepboltz {

struct Progress {
  std::string activity;    // "train", "ais", …
  std::int64_t done = 0;   // steps that are done
  std::int64_t total = 0;  // steps in all; 0: not known
  std::string note;        // a short figure beside the bar
};

// Called often; returns false when the work should stop as soon as it can do so safely.
using Report = std::function<bool(const Progress&)>;

inline bool proceed(const Report& report, Progress progress) { return !report || report(progress); }

// Counts the steps of some work, for functions that have nothing to keep when they are stopped.
class StepCount {
 public:
  StepCount(std::string activity, std::int64_t total, const Report& report)
      : report_(report), progress_{std::move(activity), 0, total, {}} {}

  // Throws Interrupted when the caller wants the work to stop.
  void add(std::int64_t steps) {
    progress_.done += steps;
    if (!proceed(report_, progress_)) throw Interrupted(progress_.activity + ": stopped");
  }

 private:
  const Report& report_;
  Progress progress_;
};

}  // namespace deepboltz
