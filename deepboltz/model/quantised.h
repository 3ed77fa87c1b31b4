// A machine whose weights are integers times 2⁻ᵉ, so that what binary states send is an exact sum of integers
// (kernel/integer_products.h): the same on every processor, and a fraction of a float product's time. Samplers and
// estimators see an energy model like any other.
//
// It has ordinary biases and no offsets (ADR 3): nothing learns it.
//
// With 24 bits its weights are floats, exactly: the float product of the same states differs by the rounding of its sum
// alone. A weight is off by at most 2⁻ᵉ⁻¹ (kernel/integer_weights.h), and log p by what one gradient's step of that
// size changes.
#pragma once

#include "deepboltz/kernel/integer_weights.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// The weights of a connection for messages either way: those that go down are transposed, so that both add rows.
struct ConnectionIntegers {
  IntegerWeights up, down;
};

// The nearest such machine; bits: 16 or 24. Whoever takes its connections to change them, takes its integers away.
// InputError: the model's numbers are not f32.
EnergyModel quantised(Context& ctx, const EnergyModel& model, int bits);

// Whether a connection of the model has integers.
bool on_integers(const EnergyModel& model);

}  // namespace deepboltz
