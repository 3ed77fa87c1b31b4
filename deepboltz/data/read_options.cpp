#include "deepboltz/data/read_options.h"

#include <charconv>

#include "deepboltz/io/malformed.h"

namespace deepboltz {
namespace {

// The whole of `text` as a number, or nothing.
std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && stop == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace

Where parse_where(std::string_view text) {
  const std::size_t space = text.find_last_of(' ');
  const std::string_view range = space == std::string_view::npos ? "" : text.substr(space + 1);
  const std::size_t dots = range.find("..");
  const auto first = whole_number(range.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : whole_number(range.substr(dots + 2));
  require(space != std::string_view::npos && space > 0 && first && last && *first <= *last,
          "where: expected KEY FIRST..LAST, as in drawer 1..15; got '{}'", printable(text));
  return {std::string(text.substr(0, space)), *first, *last};
}

std::string to_text(const Where& where) { return fmt::format("{} {}..{}", where.key, where.first, where.last); }

}  // namespace deepboltz
