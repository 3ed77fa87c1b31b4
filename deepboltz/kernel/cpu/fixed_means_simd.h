// The loops of fixed_means.h in vectors.
#pragma once

#include "deepboltz/kernel/fixed_means.h"

namespace deepboltz::simd {

// One block of 32 units that receive, for some cases.
void add_changes_block(const IntegerWeights& weights, Direction direction, const FixedMeans& from, std::int64_t block,
                       std::int64_t first_case, std::int64_t cases, MeanFields& fields);

struct MeanUpdate {
  float step;         // of a field
  float times;        // 1: the bias is not looked at
  const float* bias;  // padded to a multiple of 32, in the order of a block of fields
};
// One case; returns Σ|change|, in steps.
std::int64_t update_case(const MeanUpdate& update, const MeanFields& fields, std::int64_t r, FixedMeans& means);

// out ← a draw of the units of one case.
void draw_case(const FixedMeans& means, Key key, std::uint32_t row, std::int64_t r, Bits& out);
// out ← their means, rounded.
void round_case(const FixedMeans& means, Key key, std::uint32_t row, std::int64_t r, Sevenths& out);

}  // namespace deepboltz::simd

// The same by plain loops: the reference of the tests, and what processors without known vectors run.
namespace deepboltz::plain {

void add_changes_block(const IntegerWeights& weights, Direction direction, const FixedMeans& from, std::int64_t block,
                       std::int64_t first_case, std::int64_t cases, MeanFields& fields);
std::int64_t update_case(const simd::MeanUpdate& update, const MeanFields& fields, std::int64_t r, FixedMeans& means);
void draw_case(const FixedMeans& means, Key key, std::uint32_t row, std::int64_t r, Bits& out);
void round_case(const FixedMeans& means, Key key, std::uint32_t row, std::int64_t r, Sevenths& out);

}  // namespace deepboltz::plain
