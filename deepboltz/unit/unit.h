// The list of unit types. Adding one is its header, a line here, a row in the table of tests and a page in
// docs/models/.
#pragma once

#include <string_view>
#include <variant>

#include "deepboltz/unit/bernoulli.h"
#include "deepboltz/unit/softmax.h"

namespace deepboltz {

using Unit = std::variant<Bernoulli, Softmax>;

inline std::string_view name_of(const Unit& unit) {
  return std::visit([](const auto& u) -> std::string_view { return u.name; }, unit);
}

// How many neighbouring numbers of a layer belong to one unit.
inline std::int64_t group_size(const Unit& unit) {
  const auto* softmax = std::get_if<Softmax>(&unit);
  return softmax ? softmax->classes : 1;
}

}  // namespace deepboltz
