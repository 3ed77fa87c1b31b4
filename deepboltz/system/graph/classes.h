// Which class cases are, by a graph's label layer or by its fine-tuned network.
#pragma once

#include "deepboltz/system/kind.h"

namespace deepboltz {

// `method`: network, clamp, or auto: the network if there is one. InputError: the system has no such thing.
Classification graph_classes(Context& ctx, const System& system, const SystemRecipe* recipe, const Cases& cases,
                             const std::string& method, const Report& report);

}  // namespace deepboltz
