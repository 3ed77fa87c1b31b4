// One update of a connection between two layers of binary units: the gradient from the states, or means in sevenths, of
// data and model, or from grey data, and the step that it makes, in one pass over the weights.
//
//   n_ij = C·Σ x_i y_j over data − B·Σ x_i y_j over the model's
//                                 B, C the largest these sums can be, divided by their greatest common divisor: exact
//   push = rate/lcm·n − rate·l2·w − rate·l1·sign w − (rate·o_i·g_j + rate·g_i·o_j)
//   Δ ← m·Δ + push,   w ← w + Δ,   Nesterov: w ← w + (m·Δ + push)
//
// o are the layers' offsets, g the gradients of their biases; without offsets the bracket is left out. In float, every
// product and every sum rounded as written: the same bits on every instruction set. The weights' integers are made anew
// in the same pass, and all of them once more where the exponent changes.
#pragma once

#include "deepboltz/kernel/case_bits.h"
#include "deepboltz/kernel/grey_cases.h"
#include "deepboltz/kernel/integer_weights.h"
#include "deepboltz/kernel/update.h"

namespace deepboltz {

struct IntegerStep {
  double rate = 0.1, momentum = 0;
  bool nesterov = false;
  Decay decay = {};
};

// Both ends of a connection.
template <class T> struct Ends { T lower, upper; };

// Data of which the lower end is grey: x_i = g_i of 255.
struct GreyEnds {
  const GreyCases& lower;
  const CaseBits& upper;
};

// The largest that Σ x_i y_j can be: all cases, times what the two units count at most. At most kMostCounted; of grey
// data, so that the least common multiple with that of the model is below 2³¹.
inline constexpr std::int64_t kMostCounted = 32'767;
std::int64_t most_counted(const Ends<const CaseBits&>& states);
std::int64_t most_counted(const GreyEnds& states);

// out[unit] ← the gradient of a bias: the unit's mean in data − its mean in the model's.    (1, units) f32
void bias_gradient(const UnitCounts& data, const UnitCounts& model, Matrix out);

// Steps a bias along its gradient, without decay.    (1, units) f32 each
void bias_step(const IntegerStep& step, ConstMatrix gradient, Matrix velocity, Matrix bias);

// offsets and bias_gradients: (1, units) f32, offsets empty: zero; velocity, weight: (lower units, upper units) f32
void integer_update(Context& ctx, const IntegerStep& step, const Ends<const CaseBits&>& data,
                    const Ends<const CaseBits&>& model, const Ends<ConstMatrix>& offsets,
                    const Ends<ConstMatrix>& bias_gradients, Matrix velocity, Matrix weight, IntegerWeights& integers);
void integer_update(Context& ctx, const IntegerStep& step, const GreyEnds& data, const Ends<const CaseBits&>& model,
                    const Ends<ConstMatrix>& offsets, const Ends<ConstMatrix>& bias_gradients, Matrix velocity,
                    Matrix weight, IntegerWeights& integers);

// The same by plain loops: the reference of the tests.
void integer_update_plain(Context& ctx, const IntegerStep& step, const Ends<const CaseBits&>& data,
                          const Ends<const CaseBits&>& model, const Ends<ConstMatrix>& offsets,
                          const Ends<ConstMatrix>& bias_gradients, Matrix velocity, Matrix weight,
                          IntegerWeights& integers);
void integer_update_plain(Context& ctx, const IntegerStep& step, const GreyEnds& data,
                          const Ends<const CaseBits&>& model, const Ends<ConstMatrix>& offsets,
                          const Ends<ConstMatrix>& bias_gradients, Matrix velocity, Matrix weight,
                          IntegerWeights& integers);

}  // namespace deepboltz
