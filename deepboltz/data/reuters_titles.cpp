#include "deepboltz/data/reuters_titles.h"

#include <algorithm>
#include <utility>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/io/gzip.h"
#include "deepboltz/io/tar.h"
#include "deepboltz/io/utf8.h"

namespace deepboltz {
namespace {

// What stands between `open` and `close`; empty: nothing does.
std::string_view between(std::string_view text, std::string_view open, std::string_view close) {
  const std::size_t at = text.find(open);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + open.size());
  return text.substr(0, std::min(text.find(close), text.size()));
}

// In UTF-8 and one line, with the characters that SGML writes as &lt; &gt; and &amp;.
std::string plain(std::string_view title) {
  std::string text = to_utf8(title);
  for (const auto& [entity, letter] : {std::pair("&lt;", "<"), std::pair("&gt;", ">"), std::pair("&amp;", "&")})
    for (std::size_t at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1))
      text.replace(at, std::string_view(entity).size(), letter);
  std::string line;
  for (const char c : text) {
    const bool blank = c >= 0 && c <= ' ';
    if (!blank || (!line.empty() && line.back() != ' ')) line += blank ? ' ' : c;
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

}  // namespace

std::map<std::int64_t, std::string> parse_reuters_titles(ByteView archive, const std::string& file) {
  constexpr std::uint64_t kLargest = std::uint64_t(256) << 20;
  constexpr std::string_view kStory = "<REUTERS ";
  const Bytes tar = gunzip(archive, file, kLargest);
  std::map<std::int64_t, std::string> titles;
  for (const TarFile& part : parse_tar(tar, file)) {
    if (!part.path.ends_with(".sgm")) continue;
    std::string_view rest = as_text(part.bytes);
    for (std::size_t at = rest.find(kStory); at != std::string_view::npos; at = rest.find(kStory)) {
      rest.remove_prefix(at + kStory.size());
      const std::string_view story = rest.substr(0, std::min(rest.find(kStory), rest.size()));
      const auto number = parse_number<std::int64_t>(between(story, "NEWID=\"", "\""));
      const std::string_view title = between(story, "<TITLE>", "</TITLE>");
      if (number && !title.empty()) titles.emplace(*number, plain(title));
    }
  }
  return titles;
}

}  // namespace deepboltz
