// The bound of a CD-1 step: the five matrix products that it cannot do without, each by the faster of oneDNN and
// OpenBLAS with threads of their own, measured here and now.
//
//   v·W   h·Wᵀ   v·W   vᵀ·h   vᵀ·h
#pragma once

#include <cstdint>

namespace deepboltz::bench {

struct StepShape {
  std::int64_t batch, visible, hidden;
};

double five_products_flop(const StepShape& shape);

// Seconds a step. Takes about a second to find out.
double five_products_seconds(const StepShape& shape, int threads);

}  // namespace deepboltz::bench
