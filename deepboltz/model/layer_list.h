// A machine as a list: its layers by name, and the connections between them. Every graph of layers can be listed. The
// builders in model/build.h are short forms of such lists.
//
// The order of the layers is their number, and initial weights and draws fold their keys by numbers: the same list in
// another order is the same machine with other random numbers.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

struct ListedLayer {
  std::string name;
  Unit unit = Bernoulli{};
  std::int64_t units = 0;
  Role role = Role::hidden;
};

struct ListedConnection {
  std::string from, to;  // the layer nearer to the data first: the weight is (units of from, units of to)
};

struct LayerList {
  std::vector<ListedLayer> layers;
  std::vector<ListedConnection> connections;
};

// The machine that the lists describe, with weights and biases of zero. InputError: no visible layer, an unknown name
// in a connection, a layer without a connection, and all that EnergyModel refuses: a name or a connection twice, a
// layer connected to itself, two layers of counts beside one layer.
EnergyModel build_layers(std::span<const ListedLayer> layers, std::span<const ListedConnection> connections,
                         DType precision);

}  // namespace deepboltz
