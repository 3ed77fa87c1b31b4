// The weights between two layers, a row a unit of the upper one, and which of these units are the strongest.
#pragma once

#include <vector>

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

struct WeightRows {
  LayerId layer;
  Tensor weight;  // (units of layer, units of the layer below), whichever end the model writes first
};

// Of the first hidden layer that `below` is connected with and that is not `not_this`. InputError: there is none.
WeightRows rows_above(const EnergyModel& model, LayerId below, LayerId not_this = {});

// Numbers of the rows, that of the greatest Euclidean norm first.
std::vector<std::int64_t> by_falling_norm(const Tensor& rows);

}  // namespace deepboltz
