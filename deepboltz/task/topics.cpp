#include "deepboltz/task/topics.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/task/weight_rows.h"

namespace deepboltz {

std::vector<Topic> topics(const EnergyModel& model, std::int64_t words) {
  const Tensor weight = rows_above(model, model.visible()).weight;
  std::vector<std::int64_t> order(std::size_t(weight.cols()));
  const std::size_t shown = std::min(std::size_t(words), order.size());
  std::vector<Topic> all;
  for (const std::int64_t j : by_falling_norm(weight)) {
    std::iota(order.begin(), order.end(), 0);
    std::partial_sort(order.begin(), order.begin() + std::ptrdiff_t(shown), order.end(),
                      [&](std::int64_t a, std::int64_t b) { return weight.at(j, a) > weight.at(j, b); });
    all.push_back({j, {}});
    for (std::size_t i = 0; i < shown; ++i) all.back().words.push_back({order[i], weight.at(j, order[i])});
  }
  return all;
}

std::string topics_text(const EnergyModel& model, const std::vector<std::string>& vocabulary, std::int64_t words) {
  std::string text;
  if (vocabulary.empty()) return text;
  for (const Topic& topic : topics(model, words)) {
    text += fmt::format("{:>4} ", topic.unit);
    for (const TopicWord& entry : topic.words) text += " " + vocabulary[std::size_t(entry.word)];
    text += "\n";
  }
  return text;
}

}  // namespace deepboltz
