// Products of binary states with integer weights: sums of integers, the same bits for any blocking, any number of
// threads and any instruction set.
//
// clang-format off
//   field   s_j = b_j + Σ_i x_i q_ij                in steps of 2⁻ᵉ, e the exponent of the weights; several layers add up
//   draw    x_j ~ Bernoulli, logistic of s_j·2⁻ᵉ    bernoulli_draw.h
// clang-format on
//
// The bias enters as the nearest integer, at most ±2³⁰. Case r draws from row first_case + r of the key's numbers.
//
// cpu/integer_products_simd.cpp adds the rows of the units that are on, four to a 16-bit sum, or looks groups of four
// up in tables of their 16 sums, or, on a processor with AMX, multiplies tiles of bytes, or adds to running sums the
// rows of the units that have changed: the count of what each costs decides, for every batch.
// integer_products_plain.cpp has the loops that say the same, the reference of the tests.
#pragma once

#include <algorithm>
#include <span>

#include "deepboltz/kernel/bits.h"
#include "deepboltz/kernel/integer_weights.h"
#include "deepboltz/kernel/running_sums.h"
#include "deepboltz/kernel/sevenths.h"

namespace deepboltz {

enum class Direction : bool {
  up,    // x (cases, rows of the weights) to (cases, columns)
  down,  // x (cases, columns) to (cases, rows)
};

// What a layer of binary states sends through a connection. The inputs of a call have as many cases and one exponent.
struct IntegerInput {
  const IntegerWeights& weights;
  Direction direction;
  const Bits& x;

  std::int64_t units() const { return direction == Direction::up ? weights.cols() : weights.rows(); }  // that receive
};
using IntegerInputs = std::span<const IntegerInput>;  // at least one

// out[r·units + j] ← s_j of case r.    bias: (1, units) f32
void integer_field(Context& ctx, IntegerInputs inputs, ConstMatrix bias, std::span<std::int32_t> out);
void integer_field_plain(IntegerInputs inputs, ConstMatrix bias, std::span<std::int32_t> out);

// out[r·units + j] ← b_j, in steps of 2⁻ᵉ: the fields of a layer that nothing reaches.    bias: (1, units) f32
void bias_field(ConstMatrix bias, int exponent, std::span<std::int32_t> out);

// out ← scale · Σ_i x_i q_ij·2⁻ᵉ + keep · out, rounded to floats at the end.    out: (cases, units) f32
// running, where it is given, holds the sums of the last call, which had the same weights and went up, and shall hold
// those of this one: what has changed is added where that is less work.
void integer_message(Context& ctx, const IntegerInput& input, double scale, double keep, Matrix out,
                     RunningSums* running = nullptr);

// out ← a draw of every unit, given the inputs; means, where asked for, ← its mean rounded (sevenths.h).
void integer_sample(Context& ctx, IntegerInputs inputs, ConstMatrix bias, Key key, std::int64_t first_case, Bits& out,
                    Sevenths* means = nullptr);
void integer_sample_plain(IntegerInputs inputs, ConstMatrix bias, Key key, std::int64_t first_case, Bits& out,
                          Sevenths* means = nullptr);

// The same where the fields are there: out ← a draw of every unit from s_j.    fields: (cases · units) of exponent e
void sample_fields(Context& ctx, std::span<const std::int32_t> fields, std::int64_t cases, int exponent, Key key,
                   std::int64_t first_case, Bits& out, Sevenths* means = nullptr);

// out ← a draw of every group of `classes` units, of which one is on (category_draw.h).
void integer_sample_groups(Context& ctx, IntegerInputs inputs, ConstMatrix bias, std::int64_t classes, Key key,
                           std::int64_t first_case, Bits& out);

// The bias of a unit as it enters its field, with scale = 2ᵉ: to the nearest, ties to even.
inline std::int32_t integer_bias(float bias, double scale) {
  const double held = std::clamp(double(bias) * scale, -0x1p30, 0x1p30);
  return std::int32_t((held + 0x1.8p52) - 0x1.8p52);
}

}  // namespace deepboltz
