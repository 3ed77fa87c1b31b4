// What the units of a layer high up stand for in a part: the product of the weights on the way down, which is how the
// unit shifts the part's fields if all between is linear (Lee, Ekanadham & Ng 2008).
#pragma once

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// A row a unit of `layer`, a column a unit of `part`. InputError: no way down from the one to the other.
Tensor raised_in_part(Context& ctx, const EnergyModel& model, LayerId layer, LayerId part);

// The units of `layer` by the falling norm of their weights to the layers below, at most `count`.
std::vector<std::int64_t> strongest_units(const EnergyModel& model, LayerId layer, std::int64_t count);

}  // namespace deepboltz
