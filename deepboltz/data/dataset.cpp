#include "deepboltz/data/dataset.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "deepboltz/data/count_hash.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kMostCases = std::numeric_limits<std::int32_t>::max();  // rows are numbered by 32 bits

}  // namespace

std::vector<std::vector<int>> topics_of(const Dataset& data) {
  std::vector<std::vector<int>> topics = data.topics;
  for (const int label : data.labels) topics.push_back({label});
  return topics;
}

std::string class_name(const Dataset& data, int label) {
  return data.class_names.empty() ? std::to_string(label) : data.class_names[std::size_t(label)];
}

std::string content_hash(const Dataset& data) {
  Sha256 sum;
  sum.add(as_bytes(fmt::format("deepboltz dataset {} {} × {}, picture {} × {}, {} labels of {}\n",
                               name_of(data.is_sparse() ? DType::f32 : data.x.dtype()), data.cases(), data.units(),
                               data.height, data.width, data.labels.size(), data.classes)));
  if (data.is_sparse())
    add_counts(data.counts, sum);
  else
    sum.add({reinterpret_cast<const std::uint8_t*>(data.x.data()), data.x.bytes()});
  if (data.channels != 1) sum.add(as_bytes(fmt::format("{} channels\n", data.channels)));
  Bytes labels;
  labels.reserve(4 * data.labels.size());
  for (const int label : data.labels) append_little(labels, std::uint64_t(label), 4);
  for (const auto& topics : data.topics) {
    append_little(labels, topics.size(), 4);
    for (const int topic : topics) append_little(labels, std::uint64_t(topic), 4);
  }
  sum.add(labels);
  sum.add({reinterpret_cast<const std::uint8_t*>(data.weights.data()), data.weights.size() * sizeof(float)});
  return sum.hex();
}

Dataset finished(Dataset data) {
  const std::string name = printable(data.name, 4096);
  require(data.cases() >= 1 && data.units() >= 1, "{}: there are no cases", name);
  require(data.cases() <= kMostCases, "{}: {} cases, the limit is {}", name, data.cases(), kMostCases);
  const std::int64_t values = std::int64_t(data.height) * data.width * data.channels;
  require((data.height == 0 && data.width == 0) || values == data.units(),
          "{}: pictures of {} × {}{} have {} values, a case has {}", name, data.height, data.width,
          data.channels == 1 ? "" : fmt::format(" × {}", data.channels), values, data.units());
  require(data.labels.empty() || std::int64_t(data.labels.size()) == data.cases(), "{}: {} cases, but {} labels", name,
          data.cases(), data.labels.size());
  require(data.topics.empty() || (data.labels.empty() && std::int64_t(data.topics.size()) == data.cases()),
          "{}: {} cases, but the labels of {}", name, data.cases(), data.topics.size());
  require(data.vocabulary.empty() || std::int64_t(data.vocabulary.size()) == data.units(),
          "{}: {} units, but a vocabulary of {} words", name, data.units(), data.vocabulary.size());
  for (const std::string& word : data.class_names)
    require(word.find('\n') == std::string::npos, "{}: class '{}': expected a name in one line", name, printable(word));
  if (!data.labels.empty()) {
    const auto [least, greatest] = std::minmax_element(data.labels.begin(), data.labels.end());
    if (data.classes == 0) data.classes = *greatest + 1;
    require(*least >= 0 && *greatest < data.classes, "{}: labels from {} to {}, but {} classes", name, *least,
            *greatest, data.classes);
  }
  require(data.weights.empty() || std::int64_t(data.weights.size()) == data.cases(), "{}: {} cases, but {} weights",
          name, data.cases(), data.weights.size());
  for (const float weight : data.weights)
    require(weight > 0 && weight <= 1, "{}: expected weights above 0 to 1, got {}", name, weight);
  data.sha256 = content_hash(data);
  return data;
}

Dataset select_rows(const Dataset& data, std::span<const std::uint32_t> rows) {
  Dataset selected{.name = data.name,
                   .x = data.is_sparse() ? Tensor() : Tensor(data.x.dtype(), std::int64_t(rows.size()), data.units()),
                   .height = data.height,
                   .width = data.width,
                   .classes = data.classes,
                   .class_names = data.class_names,
                   .letters = data.letters,
                   .vocabulary = data.vocabulary,
                   .channels = data.channels,
                   .scale = data.scale,
                   .columns = data.columns,
                   .label_column = data.label_column,
                   .remarks = data.remarks};
  const std::size_t row_bytes = data.is_sparse() ? 0 : std::size_t(data.units()) * size_of(data.x.dtype());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    require(rows[i] < data.cases(), "{}: there is no case {}", printable(data.name, 4096), rows[i]);
    if (row_bytes > 0) std::memcpy(selected.x.data() + i * row_bytes, data.x.data() + rows[i] * row_bytes, row_bytes);
    if (!data.labels.empty()) selected.labels.push_back(data.labels[rows[i]]);
    if (!data.topics.empty()) selected.topics.push_back(data.topics[rows[i]]);
    if (!data.weights.empty()) selected.weights.push_back(data.weights[rows[i]]);
    if (!data.case_names.empty()) selected.case_names.push_back(data.case_names[rows[i]]);
    selected.numbers.push_back(data.numbers.empty() ? rows[i] : data.numbers[rows[i]]);
  }
  if (data.is_sparse()) selected.counts = select_rows(data.counts, rows);
  return finished(std::move(selected));
}

}  // namespace deepboltz
