// Draws of Bernoulli units from what layers of binary states send through integer weights, under a tempering: sums,
// temperature, base rates, logs and draw in one pass, without a matrix of fields.
//
//   f = β·(Σ_inputs (Σ_i x_i q_ij)·2⁻ᵉ + b_j) + (1−β)·base_j        field.h; β one a case
//
// The floats are those of integer_message() and unit_sample(), and so are the uniforms: the same draws, to the bit.
// What annealed importance sampling weighs with, Σ_j A(f_j) at two temperatures, A(f) = log(1 + eᶠ), comes from the
// same pass (add_log_partition(): the same to rounding).
#pragma once

#include "deepboltz/kernel/field.h"
#include "deepboltz/kernel/integer_products.h"

namespace deepboltz {

// A layer's states, sent through weights that stay as they are (Direction::up).
struct RunningInput {
  const IntegerWeights& weights;
  const Bits& x;
  RunningSums& sums;
};

// Before the draw, change[case] += Σ_j A(f_j) − A(f_j at β = from[case]); of a clamped unit, x_j times its field.
struct Annealing {
  std::span<const double> from;
  std::span<double> change;
};

// out ← 0 or 1, units that are not clamped drawn anew; `inputs` at least one; field.input empty.
// out, clamped: (cases, units), f32 and u8 as in unit_ops.h; case r draws from row first_case + r of the key's numbers.
void tempered_sample(Context& ctx, std::span<const RunningInput> inputs, const Field& field, Key key,
                     std::int64_t first_case, ConstMatrix clamped, Matrix out, const Annealing* annealing = nullptr);

}  // namespace deepboltz
