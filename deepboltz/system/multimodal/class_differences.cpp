#include "deepboltz/system/multimodal/class_differences.h"

#include <algorithm>

#include <fmt/format.h>

#include "deepboltz/task/paired_difference.h"

namespace deepboltz {
namespace {

const ClassFigures* find(std::span<const ClassFigures> figures, const std::string& name) {
  const auto found = std::ranges::find(figures, name, &ClassFigures::name);
  return found == figures.end() ? nullptr : &*found;
}

}  // namespace

void add_class_differences(std::span<const ClassFigures> figures, std::vector<Finding>& findings) {
  const auto add = [&](const char* figure, const ClassFigures& first, const ClassFigures& second, Estimate estimate) {
    findings.push_back({fmt::format("{}/{}_less_{}", figure, first.name, second.name), std::move(estimate)});
  };
  if (const ClassFigures* both = find(figures, "both"))
    for (const ClassFigures& other : figures) {
      if (&other == both || other.name.ends_with("_empty")) continue;
      if (!both->errors.empty()) add("error_percent", *both, other, paired_difference(both->errors, other.errors));
      add("classification_map", *both, other, estimate_of(difference(both->map, other.map)));
    }
  for (const ClassFigures& inferred : figures) {
    const ClassFigures *empty = find(figures, inferred.name + "_empty"),
                       *alone = find(figures, inferred.name + "_alone");
    if (empty == nullptr || alone == nullptr) continue;
    for (const auto& [first, second] : {std::pair(&inferred, empty), {&inferred, alone}, {empty, alone}})
      add("few_labels", *first, *second, paired_difference(first->few_labels, second->few_labels));
  }
}

}  // namespace deepboltz
