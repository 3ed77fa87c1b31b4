// Codes of two numbers as a map of the cases, beside the map by the linear rival of as many numbers: latent semantic
// analysis of documents, principal components of other cases.
#pragma once

#include "deepboltz/system/drawing.h"

namespace deepboltz {

// Why there is no map; empty: there is.
std::string no_code_map(const Subject& of);

// Writes map.svg. At most 10,000 cases are drawn, the first ones.
Drawn draw_code_map(Context& ctx, const Subject& of, const DrawingOptions& options,
                    const std::filesystem::path& folder);

}  // namespace deepboltz
