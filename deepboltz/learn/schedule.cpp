#include "deepboltz/learn/schedule.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/base/error.h"

namespace deepboltz {

double Schedule::at(double epoch, std::int64_t update) const {
  const double share = epochs > 0 ? std::min(1.0, epoch / epochs) : 1.0;
  switch (kind) {
    case Kind::constant:
      return start;
    case Kind::step:
      return epoch < epochs ? start : end;
    case Kind::linear:
      return start + (end - start) * share;
    case Kind::geometric:
      return start * std::pow(end / start, share);
    case Kind::per_update:
      return std::max(end, start * std::exp(-double(update) * std::log(factor)));
  }
  return start;
}

void require_schedule(const Schedule& s, double lowest, double highest, const char* what) {
  const auto within = [&](double x) { return std::isfinite(x) && x >= lowest && x <= highest; };
  require(within(s.start), "{}: expected a value from {} to {}, got {}", what, lowest, highest, s.start);
  if (s.kind == Schedule::Kind::constant) return;
  require(within(s.end), "{}: expected an end from {} to {}, got {}", what, lowest, highest, s.end);
  if (s.kind == Schedule::Kind::per_update) {
    require(s.factor >= 1, "{}: expected a factor of at least 1, got {}", what, s.factor);
    return;
  }
  require(s.epochs > 0, "{}: expected over how many epochs it changes, got {}", what, s.epochs);
  require(s.kind != Schedule::Kind::geometric || (s.start > 0 && s.end > 0),
          "{}: a geometric schedule needs values above 0", what);
}

}  // namespace deepboltz
