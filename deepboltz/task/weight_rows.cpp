#include "deepboltz/task/weight_rows.h"

#include <algorithm>
#include <numeric>

namespace deepboltz {
namespace {

Tensor rows_of_upper(const Connection& c, LayerId upper) {
  if (c.lower == upper) return c.weight.clone();
  Tensor rows(c.weight.dtype(), c.weight.cols(), c.weight.rows());
  for (std::int64_t j = 0; j < rows.rows(); ++j)
    for (std::int64_t i = 0; i < rows.cols(); ++i) rows.set(j, i, c.weight.at(i, j));
  return rows;
}

}  // namespace

WeightRows rows_above(const EnergyModel& model, LayerId below, LayerId not_this) {
  for (const Connection& c : model.connections()) {
    if (c.lower != below && c.upper != below) continue;
    const LayerId other = c.lower == below ? c.upper : c.lower;
    if (other != not_this && model.layer(other).role == Role::hidden) return {other, rows_of_upper(c, other)};
  }
  throw InputError(fmt::format("there is no hidden layer above '{}'", model.layer(below).name));
}

std::vector<std::int64_t> by_falling_norm(const Tensor& rows) {
  std::vector<double> norm(std::size_t(rows.rows()));
  for (std::int64_t j = 0; j < rows.rows(); ++j)
    for (std::int64_t i = 0; i < rows.cols(); ++i) norm[std::size_t(j)] += rows.at(j, i) * rows.at(j, i);
  std::vector<std::int64_t> order(norm.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::ranges::greater(), [&](std::int64_t j) { return norm[std::size_t(j)]; });
  return order;
}

}  // namespace deepboltz
