// How a kind makes its parts before any training.
#pragma once

#include "deepboltz/base/report.h"

namespace deepboltz {

struct BeginOptions {
  // Parts of the right shapes and sizes are enough, as for a dry run: work that grows faster than the cases is left
  // out.
  bool shapes_only = false;
  Report report = {};  // false stops with Interrupted: nothing is kept yet
};

}  // namespace deepboltz
