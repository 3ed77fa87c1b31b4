// The row of the table of kinds for one machine that is a graph of layers: RBMs and deep Boltzmann machines over
// pixels, documents, sequences, real values, with labels or without.
#pragma once

#include "deepboltz/system/kind.h"

namespace deepboltz {

Kind graph_kind();

}  // namespace deepboltz
