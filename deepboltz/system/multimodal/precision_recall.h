// How precise the answers to queries of one part are, over how many of the relevant cases are found: the interpolated
// precision at eleven recalls, mean over the queries.
#pragma once

#include "deepboltz/system/drawing.h"

namespace deepboltz {

// precision_recall.svg, a chart a way (image → text), a line each for prediction, codes and class probabilities, and
// for what chance finds; precision_recall.csv, the same numbers with their errors over queries.
Drawn draw_precision_recall(Context& ctx, const Subject& of, const DrawingOptions& options,
                            const std::filesystem::path& folder);

inline constexpr ReportFile kPrecisionRecall[] = {
    {"precision_recall.svg", "Precision over recall, one part as the query for another"}};

}  // namespace deepboltz
