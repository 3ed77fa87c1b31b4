// The loops of fixed_means.h in vectors.
#pragma once

#include "deepboltz/kernel/fixed_means.h"

namespace deepboltz::simd {

struct MeanUpdate {
  float step;         // of a field
  float times;        // 1: the bias is not looked at
  const float* bias;  // padded to a multiple of 32, in the order of a block of fields
};
// One case; returns Σ|change|, in steps.
std::int64_t update_case(const MeanUpdate& update, const RowSums& fields, std::int64_t r, FixedMeans& means);

// out ← a draw of the units of one case.
void draw_case(const FixedMeans& means, Key key, std::uint32_t row, std::int64_t r, Bits& out);
// out ← their means, rounded.
void round_case(const FixedMeans& means, Key key, std::uint32_t row, std::int64_t r, Sevenths& out);

}  // namespace deepboltz::simd

// The same by plain loops: the reference of the tests, and what processors without known vectors run.
namespace deepboltz::plain {

std::int64_t update_case(const simd::MeanUpdate& update, const RowSums& fields, std::int64_t r, FixedMeans& means);
void draw_case(const FixedMeans& means, Key key, std::uint32_t row, std::int64_t r, Bits& out);
void round_case(const FixedMeans& means, Key key, std::uint32_t row, std::int64_t r, Sevenths& out);

}  // namespace deepboltz::plain
