// Which class cases are, by a graph's label layer or by its fine-tuned network.
#pragma once

#include "deepboltz/system/kind.h"

namespace deepboltz {

// `method` is one of these words. InputError: the system has no such thing.
//
//   network      the fine-tuned network, on the values of the file: it was trained on them
//   clamp        the label layer, on the bits that log p is measured on (Column::fixed)
//   clamp-grey   the label layer, on the values of the file
//   auto         network if there is one, else clamp
Classification graph_classes(Context& ctx, const System& system, const SystemRecipe* recipe, const Cases& cases,
                             const std::string& method, const Report& report);

}  // namespace deepboltz
