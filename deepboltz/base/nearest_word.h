// The known name nearest to one that was mistyped.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace deepboltz {

// Insertions, deletions, replacements and exchanges of neighbours between two names (Damerau 1964; optimal alignment).
std::size_t edit_distance(std::string_view a, std::string_view b);

// The name with the least distance, the first of equals; empty if there is none to choose from.
std::string nearest_word(std::string_view name, std::span<const std::string> known);

}  // namespace deepboltz
