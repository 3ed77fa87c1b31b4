// A shortlist in the order of another likeness: codes find a few cases quickly, their words tell which are nearest
// (Salakhutdinov & Hinton 2009).
#pragma once

#include <vector>

#include "deepboltz/kernel/sparse_rows.h"
#include "deepboltz/task/hamming_scan.h"

namespace deepboltz {

struct Likeness {
  Neighbour neighbour;
  double cosine;
};

// The greatest cosine between the weights of the stored row and of the query's row first, equal ones in the order of
// the shortlist.
std::vector<Likeness> reranked(const std::vector<Neighbour>& shortlist, const SparseRows& queries, std::int64_t query,
                               const SparseRows& stored);

}  // namespace deepboltz
