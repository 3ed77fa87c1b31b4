// One group of a case under the hidden units, in float, in vectors. `weight`: the group's rows (classes, hidden) by
// `stride`; `taken`: the value that is left out of the field, −1 for none.
#pragma once

#include <cstdint>

namespace deepboltz::simd {

struct Group {
  const float* field;  // (hidden)
  const float* weight;
  std::int64_t stride, classes, hidden, taken;
};

// log_weight[k] ← Σ_j s(z_j^k); slope (classes, hidden) ← σ(z), if not null. z^k = field − W^taken + W^k
void group_log_weights(const Group& group, double* log_weight, float* slope);

// push[j] += Σ_k residual[k]·slope(k, j)
void add_push(const float* slope, const float* residual, std::int64_t classes, std::int64_t hidden, float* push);

// gradient (classes, hidden) by `stride`: row k += d^k = residual[k]·σ(z^k), row `taken` += push − Σ_k d^k
void add_group_gradient(const Group& group, const float* residual, const float* push, float* gradient);

}  // namespace deepboltz::simd
