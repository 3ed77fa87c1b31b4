// What plot shows of a graph: filters, samples and completions of pictures; logos of sequences; topics of documents.
#pragma once

#include "deepboltz/system/drawing.h"

namespace deepboltz {

std::span<const Drawing> graph_drawings();

}  // namespace deepboltz
