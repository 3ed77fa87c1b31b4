// How well cases are found by their codes. Every query ranks the stored cases: by the cosine between the codes, or by
// the Hamming distance where codes are binary. To be found are those with a label that the query has.
//
// A ranking is judged by its precision at ranks, its precision at recalls and its average precision (task/ranking.h).
// All figures are means over the queries that have something to find. Salakhutdinov & Hinton (2009), section 4.3.
#pragma once

#include <vector>

#include "deepboltz/base/report.h"
#include "deepboltz/estimate/estimate.h"
#include "deepboltz/task/binary_codes.h"
#include "deepboltz/task/ranking.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

// Codes, a row a case, and the labels of each: any number of them.
struct Coded {
  ConstMatrix codes;  // (cases, units)
  const Labels& labels;
};

struct BinaryCoded {
  const BinaryCodes& codes;
  const Labels& labels;
};

struct RetrieveOptions {
  std::vector<double> recalls{0.0002, 0.001, 0.002, 0.004, 0.016, 0.064, 0.256, 1};  // in (0, 1]
  std::vector<std::int64_t> ranks{1, 10, 100};
  bool among_themselves = false;  // query i is stored case i, and does not rank itself
  Report report = {};             // false stops with Interrupted
};

struct Retrieval {
  std::int64_t queries = 0;                      // with something to find
  Estimate average_precision;                    // the errors are those of drawing the queries
  std::vector<Estimate> at_recall{}, at_rank{};  // precisions, one a number of the options
};

// Equal cosines or distances are ranked by the cases' numbers. InputError: codes of different widths, labels that are
// not one list a case, fewer than two queries with something to find, more or fewer queries than stored cases where
// they are the same.
Retrieval retrieve(Context& ctx, const Coded& queries, const Coded& stored, const RetrieveOptions& options);
Retrieval retrieve(Context& ctx, const BinaryCoded& queries, const BinaryCoded& stored, const RetrieveOptions& options);

}  // namespace deepboltz
