// Words as numbers.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace deepboltz {

// The whole of a word as a number, or nothing.
template <class Number> std::optional<Number> parse_number(std::string_view word) {
  Number number{};
  const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc() && stop == word.data() + word.size() ? std::optional(number) : std::nullopt;
}

}  // namespace deepboltz
