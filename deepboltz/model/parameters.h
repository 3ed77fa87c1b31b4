// Something for every parameter of a model: a gradient, a velocity, expected statistics.
#pragma once

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

struct Parameters {
  std::vector<Tensor> bias;    // (1, units) a layer
  std::vector<Tensor> weight;  // (lower units, upper units) a connection

  Parameters clone() const;
};

Parameters zero_parameters(const EnergyModel& model);

}  // namespace deepboltz
