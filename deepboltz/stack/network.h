// A feed-forward network, as a value: affine layers, each followed by its activation,
//
//   a_k = f_k([a_{k−1}, x_k] W_k + b_k),   a_0 = the first input
//
// where x_k is an extra input that feeds layer k beside the layer below, or nothing. The approximate posterior of a
// deep Boltzmann machine enters its classifier in this way (posterior_classifier.h). The last layer of a classifier is
// linear: its outputs are the logits of the classes, and the loss is taken from them (propagate.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "deepboltz/rng/key.h"
#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

enum class Activation : std::uint8_t { linear, logistic, relu };

struct NetworkLayer {
  std::string name;
  Activation activation = Activation::logistic;
  Tensor weight;  // (fan-in, units): first the rows of the layer below, then those of the extra input
  Tensor bias;    // (1, units)
  std::optional<std::size_t> extra;  // number of the extra input among the network's inputs; 0 is the first layer's own

  std::int64_t units() const { return weight.cols(); }
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
NetworkLayer random_layer(std::string name, Activation activation, std::int64_t fan_in, std::int64_t units,
                          double deviation, Key key, DType dtype = DType::f32);

// Raises InputError unless the network's shapes fit together and the inputs, which have these widths.
void require_consistent(const Network& network, const std::vector<std::int64_t>& input_widths);

}  // namespace deepboltz
