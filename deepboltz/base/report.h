// Where progress goes. The core never prints: it calls what its caller handed in.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace deepboltz {

struct Progress {
  std::string activity;    // "train", "ais", …
  std::int64_t done = 0;   // steps done …
  std::int64_t total = 0;  // … of so many
  std::string note;        // a short figure beside the bar
};

// Called often; returns false when the work should stop as soon as it can do so safely.
using Report = std::function<bool(const Progress&)>;

inline bool proceed(const Report& report, Progress progress) { return !report || report(progress); }

}  // namespace deepboltz
