// The class layer of a classifier that was a machine or a belief net, and where it starts: at random weights, or at the
// machine's own label layer. From there the network says at once what the machine's label unit says.
#pragma once

#include "deepboltz/model/energy_model.h"
#include "deepboltz/stack/network.h"

namespace deepboltz {

struct ClassifierStart {
  std::int64_t classes = 10;
  double deviation = 0.1;    // of the class layer's weights, N(0, deviation²), with biases of 0 …
  bool from_labels = false;  // … or weights and ordinary bias of the label layer
  Key key = {};
};

// The softmax layer "classes" above the layer `below` of `machine`.    InputError: fewer than two classes; no label
// layer to start from, or one of another number of classes, or of another layer.
NetworkLayer class_layer(Context& ctx, const EnergyModel& machine, LayerId below, const ClassifierStart& start);

}  // namespace deepboltz
