// A feed-forward network, as a value: affine layers, each followed by the mean of its units,
//
//   a_k = E[unit_k | [a_{k−1}, x_k] W_k + b_k],   a_0 = the first input
//
// where x_k is an extra input that feeds layer k beside the layer below, or nothing. The approximate posterior of a
// deep Boltzmann machine enters its classifier in this way (posterior_classifier.h), the length of a document its
// encoder (autoencoder.h). The units of the last layer say what the outputs mean: Softmax a class, Bernoulli pixels,
// Gaussian real values, Counts words; the loss is −log p of the target under them (output_loss.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "deepboltz/rng/key.h"
#include "deepboltz/stack/affine.h"

namespace deepboltz {

// The rows of its weight: first those of the layer below, then those of the extra input.
struct NetworkLayer : Affine {
  std::string name = {};
  std::optional<std::size_t> extra =
      {};  // number of the extra input among the network's inputs; 0 is the first layer's own
};

struct Network {
  std::vector<NetworkLayer> layers;

  DType dtype() const { return layers.front().weight.dtype(); }
  std::int64_t outputs() const { return layers.back().units(); }
  Network clone() const;
  Network to(DType dtype) const;  // every parameter converted
};

using NamedMatrix = std::pair<std::string, Matrix>;

// Weight and bias of each layer, from the first to the last, as "NAME.weight" and "NAME.bias".
std::vector<NamedMatrix> named_parameters(Network& network);

// A layer of `units` with a weight drawn from N(0, deviation²) and a bias of zero.
NetworkLayer random_layer(std::string name, const Unit& unit, std::int64_t fan_in, std::int64_t units, double deviation,
                          Key key, DType dtype = DType::f32);

// Raises InputError unless the network's shapes fit together and the inputs, which have these widths, and all units
// below the last layer have a slope.
void require_consistent(const Network& network, const std::vector<std::int64_t>& input_widths);

}  // namespace deepboltz
