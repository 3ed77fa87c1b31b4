// One case of a layer of Bernoulli units, in float, in vectors (Highway: the best instruction set is chosen at run
// time), and what other units have in vectors. The same meaning as the plain loops of unit_ops.cpp; the draws compare
// the very same uniforms. `clamped` is null or a byte a unit.
#pragma once

#include "deepboltz/kernel/field_row.h"
#include "deepboltz/rng/key.h"

namespace deepboltz::simd {

void mean_row(const FieldRow<float>& field, const std::uint8_t* clamped, std::int64_t units, float* out);

// mean: null, or (units)
void sample_row(const FieldRow<float>& field, const std::uint8_t* clamped, std::int64_t units, Key key,
                std::uint32_t row, float* out, float* mean);

// The same of Gaussian units: normal numbers within 4e-6 of those of rng/draw.h.
void mean_normal_row(const FieldRow<float>& field, const std::uint8_t* clamped, std::int64_t units, float* out);
void sample_normal_row(const FieldRow<float>& field, const std::uint8_t* clamped, std::int64_t units, Key key,
                       std::uint32_t row, float* out, float* mean);

double log_partition_row(const FieldRow<float>& field, const std::uint8_t* clamped, std::int64_t units,
                         const float* state);

double entropy_row(const float* mean, const std::uint8_t* clamped, std::int64_t units);

// out ← exp(f − top), top being the largest field, and their sum: what the mean and the log-partition of a group are
// made of.
struct ExpSum {
  double top, sum;
};
ExpSum exp_row(const FieldRow<float>& field, std::int64_t units, float* out);

}  // namespace deepboltz::simd
