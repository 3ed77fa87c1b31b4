// What an evaluation asks of a graph: likelihood, error, retrieval, completion.
#pragma once

#include "deepboltz/system/measure.h"

namespace deepboltz {

std::span<const Measure> graph_measures();

// How the cases were shown, and the Jacobian of their standardisation.
void graph_facts(const Subject& subject, std::vector<Finding>& findings);

}  // namespace deepboltz
