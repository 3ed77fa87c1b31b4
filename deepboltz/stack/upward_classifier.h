// A belief net as a classifier: its recognition maps, the top's way up, and a layer of classes, fine-tuned by
// back-propagation (Hinton & Salakhutdinov 2006; Hinton, Osindero & Teh 2006).
#pragma once

#include "deepboltz/stack/belief_net.h"

namespace deepboltz {

struct ClassifierStart {
  std::int64_t classes = 0;
  double deviation = 0.1;    // of the class layer's weights, N(0, deviation²) …
  bool from_labels = false;  // … or those of the top's label layer, with its biases
  Key key = {};
};

// Layers hidden1, hidden2, … and "classes". Documents have their length as one more input (autoencoder.h). InputError:
// fewer than two classes, no label layer to start from.
Network upward_classifier(Context& ctx, const BeliefNet& net, const ClassifierStart& start);

}  // namespace deepboltz
