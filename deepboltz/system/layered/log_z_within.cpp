#include "deepboltz/system/layered/log_z_within.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "deepboltz/infer/enumerate.h"

namespace deepboltz {
namespace {

bool can_be_enumerated(Context& ctx, const EnergyModel& model) {
  const State free = model.make_state(ctx, 1);
  double fewest = std::numeric_limits<double>::infinity();
  for (int block = 0; block < model.blocks(); ++block) fewest = std::min(fewest, count_states(model, free, block));
  return fewest <= double(EnumerateOptions{}.limit);
}

}  // namespace

LogZ log_z_within(Context& ctx, const EnergyModel& model, LogZMeasurement& measurement, double minutes,
                  const Report& report) {
  using Clock = std::chrono::steady_clock;
  const auto passed = [](Clock::duration d) { return std::chrono::duration<double>(d).count() / 60; };
  const auto begin = Clock::now();
  auto last = begin;
  LogZ out = measurement.measure();
  if (can_be_enumerated(ctx, model)) {
    if (!proceed(report, {"log Z by enumeration", 0, 1, ""})) throw Interrupted("evaluate: stopped");
    out.exact = exactly(exact_log_z(ctx, model));
    return out;
  }
  for (auto now = Clock::now(); quotable(out).quoted == Quoted::none &&
                                passed(now - begin) + LogZMeasurement::kMore * passed(now - last) <= minutes;
       now = Clock::now()) {
    last = now;
    out = measurement.measure();
  }
  return out;
}

}  // namespace deepboltz
