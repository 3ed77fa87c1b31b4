// How long block Gibbs sampling of an RBM takes: sweeps of both layers, all chains at once, in a machine of random
// weights.
#pragma once

#include "deepboltz/learn/learner.h"

namespace deepboltz {

struct GibbsBenchOptions {
  std::int64_t visible = 784, hidden = 500, chains = 100;
  std::int64_t sweeps = 1'000;  // of a turn
  Math math = Math::int16;
  int turns = 5;
};

// Seconds a sweep: the median of the turns. InputError where an option is below 1.
double bench_gibbs(Context& ctx, const GibbsBenchOptions& options);

}  // namespace deepboltz
