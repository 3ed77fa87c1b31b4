// An affine map and the units that it feeds: of a field x·W + b, the units' mean and draw are those of any layer
// (unit/unit.h). Networks and the directed layers of belief nets are made of these.
#pragma once

#include "deepboltz/tensor/tensor.h"
#include "deepboltz/unit/unit.h"

namespace deepboltz {

struct Affine {
  Unit unit = Bernoulli{};
  Tensor weight;  // (inputs, units)
  Tensor bias;    // (1, units)

  std::int64_t units() const { return weight.cols(); }
};

}  // namespace deepboltz
