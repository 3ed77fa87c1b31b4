// Each part of the cases as a query for each other part: the cases that have all parts, ranked by each query.
//
//   predicted    by how well their part fits what the query says of it (task/part_distance.h)
//   retrieval    by the cosine of the joint layer's means, inferred from either part alone
//   semantic     by the cosine of class probabilities, by logistic regressions on those means of the training cases
#pragma once

#include "deepboltz/system/subject.h"
#include "deepboltz/task/ranking.h"

namespace deepboltz {

struct PartRanking {
  std::string way;  // image_to_text: the query is the image
  std::string by;   // predicted, retrieval or semantic
  Rankings rankings;
};

struct PartQueries {
  std::int64_t stored = 0;
  Relevance relevance = {};  // a query: the cases that share a class or topic with it
  std::vector<PartRanking> rankings = {};
};

// Empty where fewer than two cases have all parts; without `semantic` where the cases have no classes.
PartQueries ask_parts(Context& ctx, const Subject& of);

// Why there are none; empty: there are.
std::string no_part_queries(const Subject& of);

}  // namespace deepboltz
