// The smallest kind of system: the mean of the cases, found by stochastic steps. It shows what a kind has to bring, and
// holds the engine to train, stop, resume, evaluate, inspect, plot and report a kind that it has never heard of.
#pragma once

#include <vector>

#include "deepboltz/system/kind.h"

namespace deepboltz::testing {

Kind toy_kind();

// The table of kinds, and the toy at its end.
inline const std::vector<Kind>& kinds_and_toy() {
  static const std::vector<Kind> table = [] {
    std::vector<Kind> all(kinds().begin(), kinds().end());
    all.push_back(toy_kind());
    return all;
  }();
  return table;
}

}  // namespace deepboltz::testing
