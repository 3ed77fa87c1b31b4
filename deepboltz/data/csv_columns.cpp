#include "deepboltz/data/csv_columns.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_set>

#include "deepboltz/data/classes.h"
#include "deepboltz/data/csv_cells.h"
#include "deepboltz/data/lines.h"
#include "deepboltz/io/utf8.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kNone = -5;  // no such column

// A number is a number, also where the header row has such a name.
std::int64_t find_column(const std::vector<std::string>& first_row, const std::string& wanted, const std::string& file,
                         bool needed) {
  if (wanted.empty() || wanted == kNoColumn) return kNone;
  const auto columns = std::int64_t(first_row.size());
  if (const auto index = parse_number<std::int64_t>(wanted); index && *index >= -columns && *index < columns)
    return *index < 0 ? columns + *index : *index;
  const auto named = std::find(first_row.begin(), first_row.end(), wanted);
  if (named == first_row.end() && !needed) return kNone;
  require_line(named != first_row.end() && !parse_number<std::int64_t>(wanted), file, 1,
               "no column '{}': expected a name of the header row, or a number from {} to {}", printable(wanted),
               -columns, columns - 1);
  return named - first_row.begin();
}

std::vector<std::string> cells_of(std::string_view line, char separator, const std::string& file, std::int64_t number) {
  std::vector<std::string> cells;
  for_cells(line, separator, file, number, [&](std::int64_t, std::string_view cell) { cells.emplace_back(cell); });
  return cells;
}

// Whether the row is 0, 1, 2, …, as columns without names are called; before them a cell may be empty.
bool counts_columns(const std::vector<std::string>& row) {
  std::int64_t next = 0;
  for (std::size_t c = 0; c < row.size(); ++c)
    if (!(c == 0 && row[c].empty()) && row[c] != std::to_string(next++)) return false;
  return next >= 2;
}

// Whether the first row has names: a cell that is neither a number nor a gap, unless the second row has words in the
// same places; or the numbers of the columns.
bool has_names(const std::vector<std::string>& first, const std::vector<std::string>& second,
               const std::vector<bool>& other, CsvColumns& table) {
  constexpr std::size_t kSurely = 8;  // columns: a case of few may be 0, 1, 2 by chance
  if (counts_columns(first)) {
    const bool names = first.size() >= kSurely || first[0].empty();
    if (first.size() > 2)
      table.remarks.push_back(fmt::format("{}: the first line counts the columns, and is read as {}",
                                          printable(table.file, 4096), names ? "their names" : "a case"));
    return names;
  }
  bool words = false, same_words = first.size() == second.size();
  for (std::size_t c = 0; c < first.size(); ++c) {
    if (other[c]) continue;
    const bool word = !number_in(first[c]) && !is_gap(first[c]);
    words = words || word;
    same_words = same_words && word == (!number_in(second[c]) && !is_gap(second[c]));
  }
  return words && !same_words;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
  return out;
}

bool is_called_label(const std::string& name) {
  constexpr std::string_view kNames[] = {"label",  "labels",  "class",   "classes",
                                         "target", "targets", "species", "digit"};
  return std::ranges::find(kNames, lower(name)) != std::end(kNames);
}

bool is_called_id(const std::string& name) {
  constexpr std::string_view kNames[] = {"id", "index", "idx", "unnamed: 0", "rowid", "row", "case"};
  const std::string small = lower(name);
  return std::ranges::find(kNames, small) != std::end(kNames) || small.ends_with("_id") || name.ends_with("Id") ||
         (name.ends_with("ID") && name.size() > 2 && name[name.size() - 3] >= 'a');
}

// What the cells of a column are.
struct ColumnSurvey {
  bool words = false, fractions = false, gaps = false, counts = true, distinct = true;
  double odd = 0;  // the first number with a fraction
};

ColumnSurvey survey_column(std::string_view text, const CsvColumns& table, std::int64_t wanted,
                           bool only_counts = false) {
  ColumnSurvey found;
  std::unordered_set<std::string> seen;
  std::optional<double> first;
  std::string_view line;
  Lines lines(text);
  if (table.header) lines.next(line);
  for (std::int64_t row = 0; lines.next(line) && (found.counts || !only_counts); ++row)
    for_cells(line, table.separator, table.file, lines.number(), [&](std::int64_t column, std::string_view cell) {
      if (column != wanted) return;
      const auto number = number_in(cell);
      if (!first) first = number;
      found.gaps = found.gaps || is_gap(cell);
      found.words = found.words || (!number && !is_gap(cell));
      if (number && *number != std::floor(*number) && !found.fractions) {
        found.fractions = true;
        found.odd = *number;
      }
      found.counts = found.counts && number && (*first == 0 || *first == 1) && *number == *first + double(row);
      if (!only_counts && found.distinct) found.distinct = seen.emplace(cell).second;
    });
  return found;
}

// Columns that number or name the cases are no units: those without a name at the front of a header, those that are
// called as ids are. What looks like one and is none is refused, with the option that says what it is.
void find_index(std::string_view text, const ReadOptions& options, CsvColumns& table) {
  const auto is_known = [&](const std::string& name) {
    return std::ranges::find(options.columns, name) != options.columns.end();
  };
  if (!table.header) {
    constexpr std::int64_t kSurely = 10;  // rows
    const bool like = !options.columns.empty() || options.units > 0;
    require_line(like || table.place[0] < 0 || !survey_column(text, table, 0, true).counts ||
                     std::ranges::count(text, '\n') < kSurely,
                 table.file, 1,
                 "column 1 counts the rows: is it an index? id_column = \"0\" leaves it out, id_column = \"{}\" "
                 "keeps it as a unit",
                 kNoColumn);
    return;
  }
  for (std::int64_t c = 0; c < table.count(); ++c) {
    const std::string& name = table.names[std::size_t(c)];
    const bool unnamed = name.empty();
    if (table.place[std::size_t(c)] < 0 || is_known(name) || !(unnamed ? c == 0 : is_called_id(name))) continue;
    const ColumnSurvey found = survey_column(text, table, c);
    require_line(found.distinct && !found.fractions && !found.gaps, table.file, 1,
                 "column {} {}, and its values do not number the cases: id_column = \"{}\" leaves it out, id_column = "
                 "\"{}\" keeps it as a unit",
                 c + 1, unnamed ? "has no name" : fmt::format("is called '{}'", printable(name, 40)), c, kNoColumn);
    table.place[std::size_t(c)] = kNamePlace;
    table.remarks.push_back(fmt::format("{}: {} {} the cases, and is no unit (id_column)", printable(table.file, 4096),
                                        unnamed ? "column 1, which has no name," : table.title(c),
                                        found.words ? "names" : "numbers"));
    return;
  }
}

// The column that is called as labels are.
void find_label(std::string_view text, const ReadOptions& options, CsvColumns& table) {
  std::int64_t label = kNone;
  for (std::int64_t c = 0; c < table.count(); ++c) {
    const std::string& name = table.names[std::size_t(c)];
    const bool known = std::ranges::find(options.columns, name) != options.columns.end();
    if (table.place[std::size_t(c)] < 0 || known || !is_called_label(name)) continue;
    require_line(label == kNone, table.file, 1, "{} and {} are both called as labels are: label_column says which",
                 label == kNone ? "" : table.title(label), table.title(c));
    label = c;
  }
  if (label == kNone) return;
  const ColumnSurvey found = survey_column(text, table, label);
  require_line(!found.fractions || found.words, table.file, 1,
               "{} is called as labels are, and has the number {}: label_column = \"{}\" keeps it as a unit",
               table.title(label), found.odd, kNoColumn);
  table.place[std::size_t(label)] = kLabelPlace;
  table.remarks.push_back(fmt::format("{}: {} is taken for the label (label_column = \"{}\" keeps it as a unit)",
                                      printable(table.file, 4096), table.title(label), kNoColumn));
}

// The units in the order of the columns that are known, by name.
void match_columns(const ReadOptions& options, CsvColumns& table) {
  std::vector<bool> found(options.columns.size(), false);
  bool moved = false;
  std::int64_t next = 0;
  for (std::int64_t c = 0; c < table.count(); ++c) {
    if (table.place[std::size_t(c)] < 0) continue;
    const std::string& name = table.names[std::size_t(c)];
    auto at = std::ranges::find(options.columns, name);
    while (at != options.columns.end() && found[std::size_t(at - options.columns.begin())])
      at = std::find(std::next(at), options.columns.end(), name);
    require_line(at != options.columns.end(), table.file, 1, "{} is none of the training data's columns: {}",
                 table.title(c), list_of(options.columns));
    const auto unit = std::int64_t(at - options.columns.begin());
    found[std::size_t(unit)] = true;
    table.place[std::size_t(c)] = unit;
    moved = moved || unit != next++;
  }
  for (std::size_t unit = 0; unit < found.size(); ++unit)
    require_line(found[unit], table.file, 1, "there is no column '{}', which the training data have",
                 printable(options.columns[unit], 40));
  if (!moved) return;
  const std::set<std::string> different(options.columns.begin(), options.columns.end());
  require_line(different.size() == options.columns.size(), table.file, 1,
               "the columns are in another order than those of the training data, and some have one name");
  table.remarks.push_back(
      fmt::format("{}: the columns are in another order than those of the training data, and are "
                  "matched by name",
                  printable(table.file, 4096)));
}

void number_units(CsvColumns& table) {
  for (std::int64_t& place : table.place)
    if (place >= 0) place = table.units++;
  require_line(table.units >= 1, table.file, 1, "there is no column besides the label");
}

// Beside a column of texts there are no units.
void leave_out_units(CsvColumns& table) {
  for (std::int64_t c = 0; c < table.count(); ++c) {
    if (table.place[std::size_t(c)] < 0) continue;
    table.place[std::size_t(c)] = kUnusedPlace;
    table.remarks.push_back(
        fmt::format("{}: {} is left out beside the texts", printable(table.file, 4096), table.title(c)));
  }
}

}  // namespace

std::string CsvColumns::name_of(std::int64_t wanted) const {
  const auto found = std::ranges::find(place, wanted);
  return header && found != place.end() ? names[std::size_t(found - place.begin())] : std::string();
}

bool CsvColumns::has(std::int64_t wanted) const { return std::ranges::find(place, wanted) != place.end(); }

std::string CsvColumns::title(std::int64_t column) const {
  return header && !names[std::size_t(column)].empty()
             ? fmt::format("column {} '{}'", column + 1, printable(names[std::size_t(column)], 40))
             : fmt::format("column {}", column + 1);
}

CsvColumns survey_columns(std::string_view text, const std::string& file, const ReadOptions& options) {
  CsvColumns table{.file = file};
  std::string_view line;
  Lines lines(text);
  require_line(lines.next(line), file, 1, "the file is empty");
  table.separator = separator_of(line);
  const std::vector<std::string> first = cells_of(line, table.separator, file, 1);
  const auto columns = std::int64_t(first.size());
  // By its number, a label column that a file to be read need not have is there if there is a column more.
  const bool by_number = parse_number<std::int64_t>(options.label_column).has_value();
  const bool texts = !options.text_column.empty();
  const bool absent = options.like_training && by_number && !texts && columns <= options.units;
  const bool no_name = options.like_training && parse_number<std::int64_t>(options.id_column).has_value() && !texts &&
                       columns <= options.units + !absent;
  const std::int64_t label = absent ? kNone : find_column(first, options.label_column, file, !options.like_training),
                     name = no_name ? kNone : find_column(first, options.id_column, file, !options.like_training),
                     words = find_column(first, options.text_column, file, true);
  require_line(label == kNone || label != name, file, 1, "column {} is both the label and the id", label + 1);
  require_line(words == kNone || (words != label && words != name), file, 1,
               "column {} is the text, and the label or the id as well", words + 1);
  std::vector<bool> other(first.size(), false);
  for (const std::int64_t c : {label, name, words})
    if (c != kNone) other[std::size_t(c)] = true;
  const auto named = [&](std::int64_t c, const std::string& wanted) {
    return c != kNone && !parse_number<std::int64_t>(wanted);
  };
  const bool by_name =
      named(label, options.label_column) || named(name, options.id_column) || named(words, options.text_column);
  if (options.rules == kFirstRules) {
    bool numbers = true;
    for (std::size_t c = 0; c < first.size(); ++c) numbers = numbers && (other[c] || number_in(first[c]));
    table.header = options.header.value_or(!numbers || by_name);
  } else {
    const std::vector<std::string> second =
        lines.next(line) && !line.empty() ? cells_of(line, table.separator, file, 2) : std::vector<std::string>();
    table.header = options.header.value_or(by_name || has_names(first, second, other, table));
  }
  if (table.header)
    for (const std::string& cell : first) table.names.push_back(to_utf8(cell));
  for (std::int64_t c = 0; c < columns; ++c)
    table.place.push_back(c == label ? kLabelPlace : c == name ? kNamePlace : c == words ? kTextPlace : 0);
  if (options.rules == kFirstRules) {
    number_units(table);
    return table;
  }
  if (options.id_column.empty()) find_index(text, options, table);
  if (table.header && (options.label_column.empty() || (options.like_training && label == kNone)) &&
      options.label_column != kNoColumn)
    find_label(text, options, table);
  if (texts) {
    leave_out_units(table);
  } else if (table.header && !options.columns.empty()) {
    match_columns(options, table);
    table.units = std::int64_t(options.columns.size());
  } else {
    number_units(table);
  }
  return table;
}

}  // namespace deepboltz
