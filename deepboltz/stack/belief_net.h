// A deep belief net: directed layers over an energy model, its top (Hinton, Osindero & Teh 2006).
//
//   p(v, h1, …, hD, t) = p(v | h1) p(h1 | h2) … p(h(D−1) | hD) · p_top(hD, t)
//
// Each directed layer has a generative map, which the net is made of, and a recognition map, which guesses the layer
// above from the one below. They start equal (greedy_belief_net.h) and learn apart (learn/up_down.h). The top is an
// RBM whose visible layer is hD, with a label layer or without.
//
// Layers are counted from the bottom, which is layer 0; hD, the visible layer of the top, is layer D. The bottom may
// have any unit. Of counts the length of a document multiplies the recognition bias beside it (model/length.h).
#pragma once

#include <string>
#include <vector>

#include "deepboltz/model/energy_model.h"
#include "deepboltz/stack/network.h"

namespace deepboltz {

struct DirectedLayer {
  std::string name;    // of the layer above
  Affine generative;   // from above to below: weight (units above, units below), the units below
  Affine recognition;  // from below to above: weight (units below, units above), the units above

  std::int64_t below() const { return generative.units(); }
  std::int64_t above() const { return recognition.units(); }
};

struct BeliefNet {
  std::vector<DirectedLayer> layers;  // from the bottom, at least one
  EnergyModel top;

  DType dtype() const { return top.precision(); }
  std::int64_t depth() const { return std::int64_t(layers.size()); }  // D
  const Unit& bottom_unit() const { return layers.front().generative.unit; }
  std::int64_t bottom_units() const { return layers.front().below(); }
  std::int64_t units(std::int64_t layer) const {
    return layer == 0 ? bottom_units() : layers[std::size_t(layer - 1)].above();
  }
  BeliefNet clone() const { return to(dtype()); }
  BeliefNet to(DType dtype) const;  // every parameter converted
};

// InputError, naming the layer, unless shapes, units and number types fit, only the bottom counts, and the top is an
// RBM in ordinary biases over the last directed layer: one visible and one hidden layer, perhaps a label beside it.
void require_consistent(const BeliefNet& net);

// Every parameter. Of each directed layer "NAME.generative.weight", "NAME.generative.bias" and the same of
// recognition; then of the top "top.LAYER.bias" of every layer and "top.LOWER.UPPER.weight" of every connection.
std::vector<NamedMatrix> named_parameters(BeliefNet& net);

// A net as the parts that are saved, and back; parameters are moved, not copied.
//
//   up     the recognition maps, from the bottom up, named by the layers above
//   down   the generative maps, from the top down, named by the layers below: the bottom is "visible"
//
// InputError, naming the layer, where the parts do not fit together.
struct BeliefNetParts {
  Network up, down;
  EnergyModel top;
};
BeliefNetParts parts_of(BeliefNet net);
BeliefNet belief_net_of(BeliefNetParts parts);

}  // namespace deepboltz
