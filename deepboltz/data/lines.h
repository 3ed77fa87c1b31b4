// Text files line by line, and lines word by word.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace deepboltz {

// The lines of a text, numbered from 1; blank lines at the end are not there. Either end of line; a byte-order mark is
// skipped.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
    while (text_.ends_with('\n') || text_.ends_with('\r')) text_.remove_suffix(1);
  }
  std::int64_t number() const { return number_; }
  bool next(std::string_view& line) {
    if (at_ > text_.size() || text_.empty()) return false;
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    line = text_.substr(at_, end - at_);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at_ = end + 1;
    ++number_;
    return true;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::int64_t number_ = 0;
};

// Calls use(line, number) for every one of them.
template <class Use> void each_line(std::string_view text, Use&& use) {
  Lines lines(text);
  for (std::string_view line; lines.next(line);) use(line, std::uint64_t(lines.number()));
}

// Takes the next word off the front, words being parted by blanks and tabs; empty: there is none.
inline std::string_view take_word(std::string_view& line) {
  const std::size_t first = std::min(line.find_first_not_of(" \t"), line.size());
  const std::size_t end = std::min(line.find_first_of(" \t", first), line.size());
  const std::string_view word = line.substr(first, end - first);
  line.remove_prefix(end);
  return word;
}

// Without the blanks and tabs around it.
inline std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace deepboltz
