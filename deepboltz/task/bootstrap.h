// The error of a figure that is no mean over cases, such as a mean over classes: its deviation over samples of the
// cases, each of as many cases, drawn with replacement (Efron 1979).
//
// Figures of the same cases under the same key share their samples, which makes their difference a paired one.
#pragma once

#include <cstdint>
#include <vector>

#include "deepboltz/estimate/estimate.h"
#include "deepboltz/rng/key.h"

namespace deepboltz {

// How often each case is in a sample.
std::vector<std::uint32_t> drawn_copies(Key key, std::int64_t cases);

struct Bootstrapped {
  double value = 0;                  // of the cases as they are
  std::vector<double> samples = {};  // of each sample
};

// The value with the deviation of the samples as its error.    at least 2 samples
Estimate estimate_of(const Bootstrapped& figure);

// first − second.    InputError: other numbers of samples
Bootstrapped difference(const Bootstrapped& first, const Bootstrapped& second);

}  // namespace deepboltz
