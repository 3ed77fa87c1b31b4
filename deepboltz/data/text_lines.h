// Text as lines of words, for the readers of counts.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

// Calls line(text, number) for every line, without its end; numbers count from 1.
template <class Line> void each_line(std::string_view text, Line&& line) {
  for (std::uint64_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    std::string_view here = text.substr(0, end);
    if (here.ends_with('\r')) here.remove_suffix(1);
    line(here, number);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

// Takes the next word off the front, words being parted by blanks and tabs; empty: there is none.
inline std::string_view take_word(std::string_view& line) {
  const std::size_t first = std::min(line.find_first_not_of(" \t"), line.size());
  const std::size_t end = std::min(line.find_first_of(" \t", first), line.size());
  const std::string_view word = line.substr(first, end - first);
  line.remove_prefix(end);
  return word;
}

// The whole of a word as a whole number, or nothing.
inline std::optional<std::int64_t> whole_number(std::string_view word) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  return error == std::errc() && stop == word.data() + word.size() ? std::optional(value) : std::nullopt;
}

}  // namespace deepboltz
