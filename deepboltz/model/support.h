// The values that units can take. Evidence whose probability is asked for must be such values: grey pixels have none.
#pragma once

#include <string_view>

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// InputError, naming `who`, the case and the unit, unless the layer holds states of its units: 0 or 1 for Bernoulli
// units, one-hot rows for softmax units.
void require_states(const EnergyModel& model, LayerId layer, const State& state, std::string_view who);

}  // namespace deepboltz
