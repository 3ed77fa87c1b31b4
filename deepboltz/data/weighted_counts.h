// Counts found back from weights that were made of them.
//
//   x_dw = n_dw u_w / z_d
//
// n_dw is how often word w comes in document d. The unit u_w is known: 1 where rows are shares, the inverse document
// frequency where they are tf-idf. The row's scale z_d is not known. If some word comes once in d, then x_dw / u_w
// divided by its least value in d is n_dw. A document where that is no whole number was made otherwise and is refused.
//
// The unit of tf-idf is a fact about all documents that it was computed from; the counts are not: what is found here of
// a document is the same whichever documents were beside it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "deepboltz/kernel/sparse_rows.h"
#include "deepboltz/tensor/view.h"

namespace deepboltz {

// log((1 + N) / (1 + N_w)) + 1 of each word w: N documents, N_w of them have it.    x: f64, (documents, words) each
std::vector<double> smooth_document_frequency(std::span<const ConstMatrix> x);

// The counts; `most_off` is how far a quotient may be from a whole number. A row of zeros is an empty document.
// InputError "WHO: document D, word W: …", both from 0: a weight below 0, or a quotient that is not whole.
//                                                                             x: f64, (documents, words); units: words
SparseRows whole_counts(ConstMatrix x, std::span<const double> units, double most_off, const std::string& who);

}  // namespace deepboltz
