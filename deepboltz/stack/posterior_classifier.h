// The classifier that a deep Boltzmann machine turns into (Salakhutdinov & Hinton 2009, §3.3): its layers unrolled,
// each with the mean-field posterior q of the layer above it as an extra, fixed input. For two hidden layers
//
//   a1 = s(v·A + q2·B + c1)    a2 = s(a1·C + c2)    classes: softmax(a2·D + d)
//
// which starts at A = W1, B = W2ᵀ, C = W2, so that a1 and a2 are the posterior means themselves where q2 is the fixed
// point of mean field. B and C are untied afterwards. With L hidden layers, layer k < L sees q_{k+1}.
#pragma once

#include <span>

#include "deepboltz/stack/network.h"

namespace deepboltz {

struct PosteriorClassifierOptions {
  std::int64_t classes = 10;
  double deviation = 0.1;  // of the class weights, drawn from N(0, deviation²); their biases start at 0
  Key key = {};
};

// weights[k]: (units of layer k, units of layer k+1), the visible layer being layer 0; biases[k]: (1, units of layer
// k+1). The network's inputs are v, q2, …, qL; its layers "hidden1", …, "hiddenL", "classes". Raises InputError where
// shapes differ.
Network posterior_classifier(std::span<const ConstMatrix> weights, std::span<const ConstMatrix> biases,
                             const PosteriorClassifierOptions& options);

}  // namespace deepboltz
