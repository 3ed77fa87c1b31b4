// One row of the parameter updates of update.h, in float, in vectors.
#pragma once

#include <cstdint>

namespace deepboltz::simd {

struct Momentum {
  float rate, momentum, l2, l1;
  bool nesterov;
};
void momentum_row(const Momentum& step, const float* gradient, std::int64_t size, float* velocity, float* weight);

// rate and unbias_second carry the corrections for the moments' start at zero.
struct Adam {
  float rate, unbias_second, keep_first, take_first, keep_second, take_second, epsilon, l2, l1;
};
void adam_row(const Adam& step, const float* gradient, std::int64_t size, float* first_moment, float* second_moment,
              float* weight);

}  // namespace deepboltz::simd
