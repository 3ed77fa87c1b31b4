#include "deepboltz/data/join_labels.h"

#include <algorithm>

#include "deepboltz/io/malformed.h"

namespace deepboltz {
namespace {

bool has_labels(const Dataset& data) { return !data.labels.empty() || !data.topics.empty(); }

std::int64_t classes_of(const Dataset& data) {
  std::int64_t classes = std::max(std::int64_t(data.classes), std::int64_t(data.class_names.size()));
  for (const auto& topics : data.topics)
    for (const int topic : topics) classes = std::max(classes, std::int64_t(topic) + 1);
  return classes;
}

// The classes of all files, and where those of each are among them.
class ClassList {
 public:
  // The places of the classes of a file.
  std::vector<int> add(const Dataset& data) {
    named_ |= !data.class_names.empty();
    std::vector<int> places;
    for (int k = 0; k < classes_of(data); ++k) {
      const std::string name = class_name(data, k);
      const auto found = std::ranges::find(names_, name);
      places.push_back(int(found - names_.begin()));
      if (found == names_.end()) names_.push_back(name);
    }
    return places;
  }
  std::int64_t size() const { return std::int64_t(names_.size()); }
  const std::string& operator[](int place) const { return names_[std::size_t(place)]; }
  std::vector<std::string> names() const { return named_ ? names_ : std::vector<std::string>(); }

 private:
  std::vector<std::string> names_;
  bool named_ = false;
};

std::string list_of(const std::vector<int>& labels, const ClassList& classes) {
  std::string list;
  for (const int label : labels) list += fmt::format("{}'{}'", list.empty() ? "" : ", ", printable(classes[label]));
  return list.empty() ? "no class" : list;
}

// What a file says of each case, and which file said it first.
struct Said {
  std::vector<int> labels;
  const Dataset* by = nullptr;
};

}  // namespace

std::optional<Column> join_labels(std::span<const Dataset* const> files, std::span<const JoinedRows> rows,
                                  const std::function<std::string(std::size_t)>& call) {
  ClassList classes;
  std::vector<Said> said(rows.front().size());
  const Dataset* first = nullptr;
  for (std::size_t f = 0; f < files.size(); ++f) {
    const Dataset& file = *files[f];
    if (!has_labels(file)) continue;
    if (first == nullptr) first = &file;
    require(file.labels.empty() == first->labels.empty(), "{} has {} a case, but {} has {}", printable(file.name, 4096),
            file.labels.empty() ? "several labels" : "one label", printable(first->name, 4096),
            first->labels.empty() ? "several" : "one");
    const std::vector<int> places = classes.add(file);
    const auto topics = topics_of(file);
    for (std::size_t c = 0; c < said.size(); ++c) {
      if (rows[f][c] < 0) continue;
      std::vector<int> labels;
      for (const int label : topics[std::size_t(rows[f][c])]) labels.push_back(places[std::size_t(label)]);
      std::ranges::sort(labels);
      if (said[c].by == nullptr) said[c] = {labels, &file};
      require(labels == said[c].labels, "{}: {} has {}, but {} says {}", printable(file.name, 4096), call(c),
              list_of(labels, classes), printable(said[c].by->name, 4096), list_of(said[c].labels, classes));
    }
  }
  if (first == nullptr) return std::nullopt;
  std::vector<std::vector<int>> entries;
  for (Said& of_case : said) entries.push_back(std::move(of_case.labels));
  Column column{.name = first->labels.empty() ? kTopicsColumn : kLabelColumn,
                .x = ones(classes.size(), entries),
                .meaning = {.names = classes.names()}};
  if (!first->label_column.empty()) column.meaning.columns = {first->label_column};
  return column;
}

}  // namespace deepboltz
