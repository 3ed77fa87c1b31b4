// A belief net as a classifier: its recognition maps, the top's way up, and a layer of classes, fine-tuned by
// back-propagation (Hinton & Salakhutdinov 2006; Hinton, Osindero & Teh 2006).
#pragma once

#include "deepboltz/stack/belief_net.h"
#include "deepboltz/stack/class_layer.h"

namespace deepboltz {

// Layers hidden1, hidden2, … and "classes". Documents have their length as one more input (autoencoder.h). InputError:
// as class_layer().
Network upward_classifier(Context& ctx, const BeliefNet& net, const ClassifierStart& start);

}  // namespace deepboltz
