// The order in which layers without values get their first ones: from those that have values outwards.
#pragma once

#include <vector>

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

struct Propagation {
  LayerId layer;
  int neighbours = 0, valued = 0;  // connections, and those of them whose other end has a value by then
};

// known: one a layer, whether it has values. Next is always the first layer beside one that has; a layer that nothing
// with values reaches comes when no other is left.
std::vector<Propagation> propagation_order(const EnergyModel& model, std::vector<bool> known);

}  // namespace deepboltz
