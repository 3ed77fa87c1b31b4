#include "deepboltz/data/count_hash.h"

namespace deepboltz {

void add_counts(const SparseRows& counts, Sha256& sum) {
  constexpr std::int64_t kMostDense = std::int64_t(16) << 30;  // bytes
  std::vector<float> row(std::size_t(counts.cols), 0.0F);
  const bool dense = counts.rows() <= kMostDense / std::int64_t(sizeof(float)) / counts.cols;
  for (std::int64_t r = 0; r < counts.rows(); ++r) {
    const std::span<const std::uint32_t> words = counts.row(r);
    const auto first = counts.first[std::size_t(r)];
    for (std::size_t i = 0; i < words.size(); ++i)
      row[dense ? words[i] : i] = float(counts.at(first + std::int64_t(i)));
    if (!dense) {
      Bytes numbers;
      append_little(numbers, words.size(), 4);
      for (const std::uint32_t word : words) append_little(numbers, word, 4);
      sum.add(numbers);
    }
    const std::size_t used = dense ? row.size() : words.size();
    sum.add({reinterpret_cast<const std::uint8_t*>(row.data()), used * sizeof(float)});
    if (dense)
      for (const std::uint32_t word : words) row[word] = 0;
  }
}

}  // namespace deepboltz
