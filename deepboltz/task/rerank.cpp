#include "deepboltz/task/rerank.h"

#include <algorithm>
#include <functional>

#include "deepboltz/task/tf_idf.h"

namespace deepboltz {

std::vector<Likeness> reranked(const std::vector<Neighbour>& shortlist, const SparseRows& queries, std::int64_t query,
                               const SparseRows& stored) {
  std::vector<Likeness> order;
  for (const Neighbour& one : shortlist) order.push_back({one, cosine(queries, query, stored, one.number)});
  std::ranges::stable_sort(order, std::greater(), &Likeness::cosine);
  return order;
}

}  // namespace deepboltz
