// What stands beside a figure, so that it can be told from one of a machine that has learnt nothing: simple machines
// fitted on the training cases, measured on the same cases.
//
//   log p        independent units, of sequences independent sites; of bits also a mixture of ten
//   perplexity   unigrams
//
// Beside errors stands that of the most frequent class (graph_measures.cpp).
#pragma once

#include "deepboltz/system/graph/evaluation.h"

namespace deepboltz {

// log_p_independent_units and log_p_mixture of the subject's cases. The first has a warning where the log p, or the
// bound, that was found is below it by more than 3 errors.
void measure_log_p_floors(Context& ctx, const GraphSubject& subject, std::vector<Finding>& findings);

// Of at least two documents, the words drawn by their shares of the training words.
Estimate unigram_perplexity(Context& ctx, const EnergyModel& model, const Cases& train, const Cases& documents);

// perplexity_unigrams of the documents.
void measure_perplexity_floor(Context& ctx, const GraphSubject& subject, const Cases& documents,
                              std::vector<Finding>& findings);

// Those among the findings, as the end of a sentence; empty: there are none.
std::string says_floors(std::span<const Finding> found);

}  // namespace deepboltz
