// How long a training epoch takes, in terms of the float products that its steps contain. Of an RBM, an epoch of CD-1:
//
//   v·W   h·Wᵀ   v·W   vᵀ·h   vᵀ·h
//
// Of a deep machine, stochastic approximation with 10 sweeps of mean field and 5 of Gibbs: for every connection up and
// down as often as these need it, and twice the gradient. The data are digits drawn by the program, repeated or cut to
// the width asked for, whose grey pixels are drawn anew every time or learnt from as they are; or bits that are on at
// random. The epoch is everything: shuffling, drawing of pixels and units, momentum, decay, update. It is timed after
// one that brings means and draws to life.
#pragma once

#include "deepboltz/learn/learner.h"
#include "deepboltz/timing/connection_products.h"

namespace deepboltz {

struct EpochBenchOptions {
  std::int64_t visible = 784;
  std::vector<std::int64_t> hidden{500};  // more than one: a deep machine
  std::int64_t batch = 100, cases = 60'000;
  double density = 0;  // > 0: share of the visible units that are on, at random; else digits
  bool grey = false;   // digits as they are, not drawn from
  Math math = Math::int16;
  Negative::Statistics statistics = Negative::Statistics::rao_blackwell;
  int turns = 5;  // of an epoch between two measurements of the products
};

// InputError where a count is below 1, or density not between 0 and 1, or one of grey pixels.
TimedBesideProducts bench_epoch(Context& ctx, const EpochBenchOptions& options);

}  // namespace deepboltz
