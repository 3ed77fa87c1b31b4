// Cases of one source, such as a speaker, left out of learning and tested alone: how well what is learnt from some
// speakers serves another one.
#pragma once

#include "deepboltz/data/cases.h"

namespace deepboltz {

// The cases of one and then those of the other. Columns have the same names for their units; those of kGroupColumn are
// kept apart, because no group is in both.    InputError: columns that differ
Cases appended(const Cases& first, const Cases& second);

// train ← the cases of both that are not of that source, test ← those that are, each in its order.
// InputError: the cases have no source column; no case is of that source, or all are
void leave_out(const std::string& source, Cases& train, Cases& test);

}  // namespace deepboltz
