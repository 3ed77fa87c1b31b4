// Latent semantic analysis: documents as points of few dimensions, those in which log(1 + count) of their words varies
// most (Deerwester et al. 1990; the logarithm: Hinton & Salakhutdinov 2006). The linear rival of document codes.
//
// The right singular vectors of the matrix of documents come by subspace iteration (Halko, Martinsson & Tropp 2011,
// algorithm 4.4), at a cost in proportion to the words of the documents and not to the vocabulary's square.
#pragma once

#include "deepboltz/kernel/sparse_rows.h"

namespace deepboltz {

struct LatentSemantics {
  Tensor directions;  // (numbers, words) f64: orthonormal rows, of the greatest singular value first
};

// Of documents as counts. Each direction's sum is not negative. InputError unless 1 ≤ numbers ≤ words.
LatentSemantics latent_semantics(const SparseRows& documents, std::int64_t numbers);

// log(1 + counts) in these directions.    (documents, numbers) f64
Tensor codes_by(const LatentSemantics& semantics, const SparseRows& documents);

}  // namespace deepboltz
