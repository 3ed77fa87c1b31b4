#include "deepboltz/task/topics.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/task/names.h"

namespace deepboltz {

std::vector<std::vector<TopicWord>> topics(const EnergyModel& model, std::int64_t words) {
  const Tensor& weight = model.connections().front().weight;
  std::vector<std::int64_t> order(std::size_t(weight.rows()));
  const std::size_t shown = std::min(std::size_t(words), order.size());
  std::vector<std::vector<TopicWord>> all;
  for (std::int64_t j = 0; j < weight.cols(); ++j) {
    std::iota(order.begin(), order.end(), 0);
    std::partial_sort(order.begin(), order.begin() + std::ptrdiff_t(shown), order.end(),
                      [&](std::int64_t a, std::int64_t b) { return weight.at(a, j) > weight.at(b, j); });
    all.emplace_back();
    for (std::size_t i = 0; i < shown; ++i) all.back().push_back({order[i], weight.at(order[i], j)});
  }
  return all;
}

std::string topics_text(const EnergyModel& model, std::int64_t words) {
  const std::vector<std::string> vocabulary = vocabulary_of(model);
  std::string text;
  if (vocabulary.empty()) return text;
  const auto all = topics(model, words);
  for (std::size_t j = 0; j < all.size(); ++j) {
    text += fmt::format("{:>4} ", j);
    for (const TopicWord& entry : all[j]) text += " " + vocabulary[std::size_t(entry.word)];
    text += "\n";
  }
  return text;
}

}  // namespace deepboltz
