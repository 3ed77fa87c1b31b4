// What encode and reconstruct ask of a graph.
#pragma once

#include "deepboltz/system/kind.h"

namespace deepboltz {

// The means of a hidden layer, inferred without labels: by the recognition model and one sweep, where there is one.
Codes graph_codes(Context& ctx, const System& system, const Cases& cases, const std::string& layer,
                  const Report& report);

// Up in the same way, and down by the means of the visible layer given those of its neighbours.
Tensor graph_reconstruction(Context& ctx, const System& system, const Cases& cases, const Report& report);

}  // namespace deepboltz
