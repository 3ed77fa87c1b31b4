// A number that changes while training runs: a learning rate, a momentum.
#pragma once

#include <cstdint>

namespace deepboltz {

struct Schedule {
  enum class Kind : std::uint8_t {
    constant,    // start
    step,        // start for `epochs` epochs, then end
    linear,      // from start to end over `epochs`, then end
    geometric,   // the same on a logarithmic scale; start, end > 0
    per_update,  // start / factor^updates, but not below end
  };

  Kind kind = Kind::constant;
  double start = 0, end = 0;
  double epochs = 0;
  double factor = 1;

  // `epoch` counts from 0 and includes the fraction of the epoch done; `update` counts from 0.
  double at(double epoch, std::int64_t update) const;
};

// InputError, naming `what`, if a field is out of its range for the kind, or a value leaves [lowest, highest].
void require_schedule(const Schedule& schedule, double lowest, double highest, const char* what);

}  // namespace deepboltz
