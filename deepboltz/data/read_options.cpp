#include "deepboltz/data/read_options.h"

#include "deepboltz/base/parse_number.h"
#include "deepboltz/io/malformed.h"

namespace deepboltz {

static Where parse_one(std::string_view text) {
  const std::size_t space = text.find_last_of(' ');
  const std::string_view range = space == std::string_view::npos ? "" : text.substr(space + 1);
  const std::size_t dots = range.find("..");
  const auto first = parse_number<std::int64_t>(range.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : parse_number<std::int64_t>(range.substr(dots + 2));
  require(space != std::string_view::npos && space > 0 && first && last && *first <= *last,
          "where: expected KEY FIRST..LAST, as in drawer 1..15; got '{}'", printable(text));
  return {std::string(text.substr(0, space)), *first, *last};
}

std::vector<Where> parse_where(std::string_view text) {
  std::vector<Where> all;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    std::string_view one = text.substr(from, comma - from);
    while (one.starts_with(' ')) one.remove_prefix(1);
    all.push_back(parse_one(one));
    from = comma + 1;
  }
  return all;
}

std::string to_text(const Where& where) { return fmt::format("{} {}..{}", where.key, where.first, where.last); }

}  // namespace deepboltz
