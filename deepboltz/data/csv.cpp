#include "deepboltz/data/csv.h"

#include <algorithm>
#include <map>
#include <optional>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/data/grey_range.h"
#include "deepboltz/data/lines.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kLongestText = std::uint64_t(2) << 30;
constexpr std::int64_t kMostColumns = 1'000'000;
constexpr int kGreatestLabel = 65'535;
constexpr std::int64_t kNone = -1;  // no label column

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

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

std::optional<double> number_in(std::string_view cell) {
  if (cell.starts_with('+')) cell.remove_prefix(1);
  return parse_number<double>(cell);
}

char separator_of(std::string_view line) {
  for (const char c : {'\t', ';'})
    if (line.find(c) != std::string_view::npos) return c;
  return ',';
}

struct Table {
  std::string_view text;
  std::string file;
  char separator = ',';
  bool header = false;
  std::int64_t columns = 0, label_column = kNone, rows = 0;
  GreyRange range;
};

// A number is a number, also where the header row has such a name.
std::int64_t find_label_column(const std::vector<std::string>& first_row, const std::string& wanted,
                               const std::string& file) {
  if (wanted.empty()) return kNone;
  const auto columns = std::int64_t(first_row.size());
  if (const auto index = parse_number<std::int64_t>(wanted); index && *index >= -columns && *index < columns)
    return *index < 0 ? columns + *index : *index;
  const auto named = std::find(first_row.begin(), first_row.end(), wanted);
  require_line(named != first_row.end() && !parse_number<std::int64_t>(wanted), file, 1,
               "no column '{}': expected a name of the header row, or a number from {} to {}", printable(wanted),
               -columns, columns - 1);
  return named - first_row.begin();
}

// Looks at the first row: separator, columns, header.
Table survey_first_row(std::string_view text, const std::string& file, const ReadOptions& options) {
  Table table{.text = text, .file = file, .range = GreyRange(options.numbers)};
  std::string_view line;
  Lines lines(text);
  require_line(lines.next(line), file, 1, "the file is empty");
  table.separator = separator_of(line);
  std::vector<std::string> first_row;
  table.columns = for_cells(line, table.separator, file, 1,
                            [&](std::int64_t, std::string_view cell) { first_row.emplace_back(cell); });
  table.label_column = find_label_column(first_row, options.label_column, file);
  bool all_numbers = true;
  for (std::int64_t c = 0; c < table.columns; ++c)
    if (c != table.label_column) all_numbers &= number_in(first_row[std::size_t(c)]).has_value();
  const bool named = table.label_column != kNone && !parse_number<std::int64_t>(options.label_column);
  table.header = options.header.value_or(!all_numbers || named);
  require_line(table.columns > (table.label_column == kNone ? 0 : 1), file, 1, "there is no column besides the label");
  return table;
}

// Calls value(row, column, number, line) and label(row, word, line) for every case.
template <class Value, class Label> std::int64_t for_cases(const Table& table, Value&& value, Label&& label) {
  Lines lines(table.text);
  std::string_view line;
  if (table.header) lines.next(line);
  std::int64_t row = 0;
  for (; lines.next(line); ++row) {
    const auto number = std::uint64_t(lines.number());
    require_line(row < std::numeric_limits<std::int32_t>::max(), table.file, number, "too many rows");
    require_line(!trimmed(line).empty(), table.file, number, "an empty line");
    const std::int64_t cells =
        for_cells(line, table.separator, table.file, lines.number(), [&](std::int64_t column, std::string_view cell) {
          if (column == table.label_column) return label(row, cell, number);
          const auto parsed = number_in(cell);
          require_line(parsed.has_value(), table.file, number, "column {}: '{}' is not a number", column + 1,
                       printable(cell, 40));
          value(row, column - (table.label_column != kNone && column > table.label_column), *parsed, number);
        });
    require_line(cells == table.columns, table.file, number, "{} columns, where the first line has {}", cells,
                 table.columns);
  }
  return row;
}

// First pass: every number is looked at before memory is asked for.
void survey(Table& table) {
  table.rows = for_cases(
      table,
      [&](std::int64_t, std::int64_t, double number, std::uint64_t line) {
        require_line(table.range.add(number), table.file, line, "the value {}: {}", number, table.range.expected());
      },
      [](std::int64_t, std::string_view, std::uint64_t) {});
  require_line(table.rows >= 1, table.file, 1, "there are no cases");
}

// Words as they come; numbers them at the end.
class LabelColumn {
 public:
  void add(std::string_view word, const std::string& file, std::uint64_t line) {
    require_line(!word.empty(), file, line, "an empty label");
    const auto number = parse_number<std::int64_t>(word);
    all_numbers_ &= number && *number >= 0 && *number <= kGreatestLabel;
    const auto place = words_.try_emplace(std::string(word), int(words_.size())).first;
    require_line(words_.size() <= kGreatestLabel + 1, file, line, "more than {} different labels", kGreatestLabel + 1);
    ids_.push_back(place->second);
  }
  void move_to(Dataset& data) {
    std::vector<int> meaning(words_.size());
    int next = 0;
    for (const auto& [word, id] : words_) {  // in alphabetical order
      meaning[std::size_t(id)] = all_numbers_ ? int(*parse_number<std::int64_t>(word)) : next++;
      if (!all_numbers_) data.class_names.push_back(word);
    }
    for (const int id : ids_) data.labels.push_back(meaning[std::size_t(id)]);
    data.classes = all_numbers_ ? 0 : next;
  }

 private:
  std::map<std::string, int, std::less<>> words_;
  std::vector<int> ids_;
  bool all_numbers_ = true;
};

}  // namespace

Dataset parse_csv(ByteView bytes, const std::string& file, const ReadOptions& options) {
  Bytes storage;
  if (is_gzip(bytes)) bytes = storage = gunzip(bytes, file, kLongestText);
  require_line(bytes.size() <= kLongestText, file, 1, "{} bytes of text, the limit is {}", bytes.size(), kLongestText);
  Table table = survey_first_row(as_text(bytes), file, options);
  survey(table);
  Dataset data{file, Tensor(table.range.dtype(), table.rows, table.columns - (table.label_column != kNone)),
               options.height, options.width};
  GreyWriter writer(table.range.convention(), options.invert, data.x);
  LabelColumn labels;
  for_cases(
      table,
      [&](std::int64_t row, std::int64_t column, double number, std::uint64_t) { writer.set(row, column, number); },
      [&](std::int64_t, std::string_view word, std::uint64_t line) { labels.add(word, file, line); });
  if (table.label_column != kNone) labels.move_to(data);
  return finished(std::move(data));
}

Dataset read_csv(const std::filesystem::path& path, const ReadOptions& options) {
  return parse_csv(read_file(path, kLongestText), path.string(), options);
}

}  // namespace deepboltz
