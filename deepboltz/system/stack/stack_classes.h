// The classes of cases, by a belief net.
#pragma once

#include "deepboltz/system/kind.h"

namespace deepboltz {

// `method`: network, the fine-tuned classifier; clamp, the free energies of the top with each label; auto: the
// classifier where there is one. InputError: the net has neither.
Classification stack_classes(Context& ctx, const System& system, const SystemRecipe* recipe, const Cases& cases,
                             const std::string& method, const Report& report);

}  // namespace deepboltz
