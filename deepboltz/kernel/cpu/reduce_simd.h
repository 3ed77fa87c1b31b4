// Loops over one row of floats, in vectors. The sums are in double and their order depends on the instruction set,
// never on threads.
#pragma once

#include <cstdint>

namespace deepboltz::simd {

void add_to_sums(const float* x, std::int64_t size, double* sum);          // sum[i] += x[i]
void add_squares_to_sums(const float* x, std::int64_t size, double* sum);  // sum[i] += x[i]²
double dot(const float* x, const float* y, std::int64_t size);
double absolute_difference(const float* x, const float* y, std::int64_t size);  // Σ |x − y|
bool all_finite(const float* x, std::int64_t size);
void scale_add(float a, const float* x, float b, std::int64_t size, float* out);  // b = 0 does not read out

}  // namespace deepboltz::simd
