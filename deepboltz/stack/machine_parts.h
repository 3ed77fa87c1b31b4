// What a stack takes from a trained machine of one visible and one hidden layer: the weight between them, and their
// ordinary biases.
#pragma once

#include "deepboltz/model/energy_model.h"
#include "deepboltz/stack/network.h"

namespace deepboltz {

struct MachineEnds {
  LayerId lower, upper;  // the visible and the hidden layer
};
// InputError: a machine without one of the two.
MachineEnds ends_of(const EnergyModel& machine);

// (lower units, upper units).    InputError: the two are not connected
const Tensor& weight_between(const EnergyModel& machine, LayerId lower, LayerId upper);

// The bias with the neighbours' offsets folded in (model/field.h).    (1, units)
Tensor ordinary_bias_of(Context& ctx, const EnergyModel& machine, LayerId layer);

Tensor transposed(const Tensor& weight);

// A layer on the way up of a network. Above documents the bias comes once a word: it becomes the weights of one more
// input, number 1, the length of the document.
NetworkLayer upward_layer(std::string name, Affine map, bool above_documents);

}  // namespace deepboltz
