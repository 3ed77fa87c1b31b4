// The classifier that a deep Boltzmann machine turns into (Salakhutdinov & Hinton 2009, §3.3): its layers unrolled,
// each with the mean-field posterior q of the layer above it as an extra, fixed input. For two hidden layers
//
//   a1 = s(v·A + q2·B + c1)    a2 = s(a1·C + c2)    classes: softmax(a2·D + d)
//
// which starts at A = W1, B = W2ᵀ, C = W2, so that a1 and a2 are the posterior means themselves where q2 is the fixed
// point of mean field. B and C are untied afterwards. With L hidden layers, layer k < L sees q_{k+1}. The classes start
// at random weights, or at the label layer: D = Uᵀ and its bias (stack/class_layer.h).
#pragma once

#include "deepboltz/stack/class_layer.h"

namespace deepboltz {

// The inputs are v, q2, …, qL, inferred without the label layer; the layers "hidden1", …, "hiddenL", "classes". Biases
// are the ordinary ones without the label layer. InputError: the machine is no chain of layers; as class_layer().
Network posterior_classifier(Context& ctx, const EnergyModel& machine, const ClassifierStart& start);

}  // namespace deepboltz
