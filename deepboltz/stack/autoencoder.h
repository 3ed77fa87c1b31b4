// A deep autoencoder: machines that were trained one on the other, unrolled into a network that goes up through all of
// them and down again (Hinton & Salakhutdinov 2006). The weights on the way down are those on the way up, turned round;
// from here on they learn apart. The layer in the middle is the code.
//
// Of documents the first machine weighs its hidden biases by the number of words (model/length.h). That number is one
// more input, number 1, whose weights are these biases.
#pragma once

#include <span>

#include "deepboltz/model/energy_model.h"
#include "deepboltz/stack/network.h"

namespace deepboltz {

// Layers encode1, …, encodeL, decodeL, …, decode1. Before any further training each has the mean that its machine gives
// it. machines: from the bottom up, each of one visible and one hidden layer (a label layer is left out), the visible
// layer of one as wide as the hidden layer of the one below. InputError where they do not fit.
Network unrolled(Context& ctx, std::span<const EnergyModel> machines);

// The number of the code layer among the layers.
inline std::size_t code_layer(const Network& autoencoder) { return autoencoder.layers.size() / 2 - 1; }

}  // namespace deepboltz
