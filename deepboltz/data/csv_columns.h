// What each column of a table is taken for: a unit, the label, what numbers and names the cases, or a text of each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "deepboltz/data/read_options.h"

namespace deepboltz {

// A column that is no unit.
inline constexpr std::int64_t kLabelPlace = -1, kNamePlace = -2, kTextPlace = -3, kUnusedPlace = -4;

struct CsvColumns {
  std::string file;
  char separator = ',';
  bool header = false;
  std::vector<std::string> names = {};   // of the header
  std::vector<std::int64_t> place = {};  // of each column: a unit, by its number from 0, or one of the above
  std::int64_t units = 0;
  std::vector<std::string> remarks = {};

  std::int64_t count() const { return std::int64_t(place.size()); }
  // The header's name of the column in that place; empty: there is none.
  std::string name_of(std::int64_t wanted) const;
  bool has(std::int64_t wanted) const;
  // "column 3 'c'", counted from 1.
  std::string title(std::int64_t column) const;
};

// Looks at the first lines of a text, and through it where a column may be an index or the label. InputError
// "FILE:LINE: …"
CsvColumns survey_columns(std::string_view text, const std::string& file, const ReadOptions& options);

}  // namespace deepboltz
