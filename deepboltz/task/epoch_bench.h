// How long a training epoch of an RBM takes, in terms of the five float products that its steps contain:
//
//   v·W   h·Wᵀ   v·W   vᵀ·h   vᵀ·h
//
// These are the products of this build, cut into tiles as training cuts them (with oneDNN: one call a tile), on as many
// threads. The data are digits drawn by the program, 60,000 cases of grey pixels, repeated or cut to the width asked
// for; the epoch is CD-1 with everything: shuffling, drawing of pixels and units, momentum, decay, update.
#pragma once

#include "deepboltz/learn/learner.h"

namespace deepboltz {

struct EpochBenchOptions {
  std::int64_t visible = 784, hidden = 500;
  std::int64_t batch = 100, cases = 60'000;
  Math math = Math::int16;
  int turns = 5;  // of an epoch between two measurements of the products
};

struct EpochBench {
  double seconds = 0, products_seconds = 0;  // of an epoch: medians of the turns
  double ratio = 0;                          // median, lowest and highest of the turns' ratios
  double least_ratio = 0, most_ratio = 0;
};

// InputError where an option is below 1.
EpochBench bench_epoch(Context& ctx, const EpochBenchOptions& options);

}  // namespace deepboltz
