// The values that units can take. Evidence whose probability is asked for must be such values: grey pixels have none.
#pragma once

#include <string_view>

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// How many values a unit has; 0: any real number is one, or, of counts, as many as its length allows.
std::int64_t count_values(const Unit& unit);

// Of units with finitely many values: the unit whose first column is `first` takes its value of that number, 0 …
// count_values − 1, in one row.
void set_value(const Unit& unit, std::int64_t number, std::int64_t row, std::int64_t first, Matrix x);

// The number of the value that such a unit has, or nothing where it has none of them.
std::optional<std::int64_t> value_number(const Unit& unit, ConstMatrix x, std::int64_t row, std::int64_t first);

// InputError, naming `who`, the case and the unit, unless the layer holds values of its units (finite numbers for
// Gaussian units, from 0 on for rectified linear ones, and of counts as many words as the length of the case; where
// some are known, those, and no more).
void require_states(const Target& model, LayerId layer, const State& state, std::string_view who);

}  // namespace deepboltz
