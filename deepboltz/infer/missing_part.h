// Cases that lack a part: of a visible layer nothing is known in them. What is missing is inferred with the hidden
// units, from whatever else the case has.
#pragma once

#include <cstdint>
#include <span>

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// Clamps a visible layer in the cases that have it. Where all have it, it is clamped as a whole. The units of the other
// cases are free: they start at the means of their biases alone, and of counts their document has `length` words,
// whatever its length was. The state holds the cases that have the part, and the lengths of their documents
// (take_documents).    has: one a case, empty: all
// InputError: `has` is of another number of cases; a document without a length; extra words.
void clamp_where_known(Context& ctx, const EnergyModel& model, LayerId layer, std::span<const std::uint8_t> has,
                       double length, State& state);

}  // namespace deepboltz
