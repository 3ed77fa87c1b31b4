#include "deepboltz/task/tf_idf.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "deepboltz/base/error.h"

namespace deepboltz {

std::vector<double> inverse_document_frequencies(const SparseRows& documents) {
  std::vector<double> with(std::size_t(documents.cols), 0.0);
  for (const std::uint32_t word : documents.column) ++with[word];
  for (double& x : with) x = x == 0 ? 0 : std::log(double(documents.rows()) / x);
  return with;
}

SparseRows tf_idf(SparseRows documents, std::span<const double> inverse_frequencies) {
  DEEPBOLTZ_ASSERT(std::int64_t(inverse_frequencies.size()) == documents.cols);
  if (documents.value.empty()) documents.value.assign(documents.column.size(), 1);
  for (std::size_t e = 0; e < documents.column.size(); ++e)
    documents.value[e] = float(std::log1p(double(documents.value[e])) * inverse_frequencies[documents.column[e]]);
  return documents;
}

double cosine(const SparseRows& a, std::int64_t i, const SparseRows& b, std::int64_t j) {
  DEEPBOLTZ_ASSERT(a.cols == b.cols);
  const auto squares = [](const SparseRows& x, std::int64_t row) {
    double sum = 0;
    for (std::int64_t e = x.first[std::size_t(row)]; e < x.first[std::size_t(row) + 1]; ++e) sum += x.at(e) * x.at(e);
    return sum;
  };
  double product = 0;
  std::int64_t e = a.first[std::size_t(i)], f = b.first[std::size_t(j)];
  while (e < a.first[std::size_t(i) + 1] && f < b.first[std::size_t(j) + 1]) {
    const std::uint32_t left = a.column[std::size_t(e)], right = b.column[std::size_t(f)];
    if (left == right) product += a.at(e) * b.at(f);
    e += left <= right;
    f += right <= left;
  }
  const double length = std::sqrt(squares(a, i) * squares(b, j));
  return length > 0 ? product / length : 0;
}

std::string telling_words(const SparseRows& weighted, std::int64_t row, const std::vector<std::string>& vocabulary,
                          std::size_t most) {
  std::vector<std::int64_t> order(std::size_t(weighted.entries(row)));
  std::iota(order.begin(), order.end(), weighted.first[std::size_t(row)]);
  std::ranges::stable_sort(order, [&](std::int64_t a, std::int64_t b) { return weighted.at(a) > weighted.at(b); });
  std::string words;
  for (std::size_t i = 0; i < std::min(most, order.size()); ++i)
    words += (i > 0 ? ", " : "") + vocabulary[weighted.column[std::size_t(order[i])]];
  return words;
}

}  // namespace deepboltz
