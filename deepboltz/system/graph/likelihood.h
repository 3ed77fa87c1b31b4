// How good a trained model is, measured as its recipe says: log-probabilities with their errors, test error.
//
//   few units on one side        beside that, log Z by enumeration: log p with no error but that of the choice of cases
//   one block of hidden layers   log p by the log Z that can be quoted, forward and reverse AIS beside it; RAISE on
//                                some cases, paired with AIS
//   sequences                    the pseudo-log-likelihood, and how the frequencies of samples match the family's
//   deeper                       the variational bound; the true log p of some cases by AIS with the pixels clamped,
//                                beside the bound of the same cases; with a recognition model the bound by its guess
//   counts                       perplexity a word, by documents that grow and by AIS of every length, and nothing of
//                                the others; with extra words, which importance sampling sums out, at the variational
//                                bound too
//
// Every log Z is printed that can be had: exact, forward and reverse AIS, their bridge, those of parallel tempering and
// of the trajectory; `trust` says which of them to quote (estimate/log_z.h). Forward AIS over-states log p on average
// and reverse AIS under-states it; a gap between them wider than their errors is a warning. All log p are nats a case,
// of the pixels alone, labels summed out. Of real-valued data they are log-densities in the data's own units: the
// Jacobian of the standardisation, −Σ log(standard deviation), is in them.
#pragma once

#include "deepboltz/system/measure.h"

namespace deepboltz {

// InputError: fewer than two cases, widths that do not fit, grey cases that no transform makes binary.
void measure_likelihood(Context& ctx, const Subject& subject, std::vector<Finding>& findings);

}  // namespace deepboltz
