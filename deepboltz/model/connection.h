// A dense connection between two layers.
#pragma once

#include <memory>

#include "deepboltz/model/layer.h"

namespace deepboltz {

struct ConnectionIntegers;

struct Connection {
  LayerId lower, upper;
  Tensor weight;            // (lower units, upper units)
  double up = 1, down = 1;  // factors on the messages, ≠ 1 only while pretraining (models of stages: learn/pretrain.h)
  std::shared_ptr<const ConnectionIntegers> integers = nullptr;  // the same weights (model/quantised.h)
};

}  // namespace deepboltz
