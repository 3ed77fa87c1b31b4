// The cells of a table's lines (csv.h).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/data/lines.h"
#include "deepboltz/io/malformed.h"

namespace deepboltz {

inline constexpr std::int64_t kMostColumns = 1'000'000;

// Calls use(column, cell) for the cells of a line. A quote that is opened must be closed before the next separator's
// turn.
template <class Use>
std::int64_t for_cells(std::string_view line, char separator, const std::string& file, std::int64_t number, Use&& use) {
  std::int64_t column = 0;
  for (std::size_t at = 0;; ++column) {
    require_line(column < kMostColumns, file, std::uint64_t(number), "more than {} columns", kMostColumns);
    std::size_t end;
    std::string_view cell;
    if (at < line.size() && line[at] == '"') {
      const std::size_t close = line.find('"', at + 1);
      require_line(close != std::string_view::npos && (close + 1 == line.size() || line[close + 1] == separator), file,
                   std::uint64_t(number), "column {}: a quote that does not close at the end of the cell", column + 1);
      cell = line.substr(at + 1, close - at - 1);
      end = close + 1;
    } else {
      end = std::min(line.find(separator, at), line.size());
      cell = trimmed(line.substr(at, end - at));
    }
    use(column, cell);
    if (end >= line.size()) return column + 1;
    at = end + 1;
  }
}

inline std::optional<double> number_in(std::string_view cell) {
  if (cell.starts_with('+')) cell.remove_prefix(1);
  return parse_number<double>(cell);
}

inline char separator_of(std::string_view line) {
  for (const char c : {'\t', ';'})
    if (line.find(c) != std::string_view::npos) return c;
  return ',';
}

// What tables write where a value is missing.
inline bool is_gap(std::string_view cell) {
  constexpr std::string_view kGaps[] = {"", "?", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "-", "."};
  return std::ranges::find(kGaps, cell) != std::end(kGaps);
}

}  // namespace deepboltz
