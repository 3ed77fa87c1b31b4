#include "deepboltz/data/classes.h"

#include <algorithm>
#include <unordered_map>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/io/malformed.h"

namespace deepboltz {
namespace {

constexpr std::size_t kMostClasses = 65'536;

bool is_number(const std::string& name) { return parse_number<std::int64_t>(name).has_value(); }

std::vector<std::string> names_of(const Dataset& data) {
  if (!data.class_names.empty()) return data.class_names;
  std::vector<std::string> names;
  for (int k = 0; k < data.classes; ++k) names.push_back(std::to_string(k));
  return names;
}

}  // namespace

void set_classes(std::span<const std::int64_t> numbers, const ReadOptions& options, Dataset& data) {
  if (options.rules == kFirstRules) {
    data.labels.assign(numbers.begin(), numbers.end());
    return;
  }
  std::vector<std::int64_t> classes(numbers.begin(), numbers.end());
  std::ranges::sort(classes);
  classes.erase(std::ranges::unique(classes).begin(), classes.end());
  require(classes.size() <= kMostClasses, "{}: {} classes, the limit is {}", printable(data.name, 4096), classes.size(),
          kMostClasses);
  for (const std::int64_t number : numbers)
    data.labels.push_back(int(std::ranges::lower_bound(classes, number) - classes.begin()));
  data.classes = int(classes.size());
  if (classes.empty() || (classes.front() == 0 && classes.back() == data.classes - 1)) return;
  for (const std::int64_t number : classes) data.class_names.push_back(std::to_string(number));
}

Dataset with_classes_of(const Dataset& known, Dataset data) {
  std::vector<std::string> names = names_of(known);
  const std::vector<std::string> came = names_of(data);
  if ((known.class_names.empty() && data.class_names.empty()) || names.empty() || came.empty()) return data;
  std::unordered_map<std::string, int> places;
  for (const std::string& name : names) places.emplace(name, int(places.size()));
  // Numbers for classes that have names of words: their places.
  if (std::ranges::none_of(names, is_number) && std::ranges::all_of(came, is_number)) {
    for (std::size_t k = 0; k < names.size(); ++k) places.emplace(std::to_string(k), int(k));
    data.remarks.push_back(
        fmt::format("{}: labels are numbers of the classes, from 0: {}", printable(data.name, 4096), list_of(names)));
  }
  std::vector<int> mine;
  for (const std::string& name : came) {
    const auto [place, fresh] = places.emplace(name, int(names.size()));
    if (fresh) names.push_back(name);
    mine.push_back(place->second);
  }
  for (int& label : data.labels) label = mine[std::size_t(label)];
  data.classes = int(names.size());
  data.class_names = std::move(names);
  return finished(std::move(data));
}

std::string list_of(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 12;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) text += (i > 0 ? ", " : "") + printable(names[i], 40);
  return names.size() > kMost ? text + fmt::format(", {} more", names.size() - kMost) : text;
}

}  // namespace deepboltz
