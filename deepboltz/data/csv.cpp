#include "deepboltz/data/csv.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "deepboltz/data/classes.h"
#include "deepboltz/data/csv_cells.h"
#include "deepboltz/data/csv_columns.h"
#include "deepboltz/data/grey_range.h"
#include "deepboltz/data/lines.h"
#include "deepboltz/data/pixels_by_column.h"
#include "deepboltz/data/text_data.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"
#include "deepboltz/io/utf8.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kLongestText = std::uint64_t(2) << 30;
constexpr int kGreatestLabel = 65'535;

[[noreturn]] void refuse_cell(const CsvColumns& columns, std::int64_t column, std::string_view cell,
                              std::uint64_t line) {
  require_line(!is_gap(cell), columns.file, line, "{}: a missing value, '{}'", columns.title(column), cell);
  throw InputError(fmt::format(
      "{}:{}: {}: '{}' is not a number; a column of words is a label (label_column = \"{}\"), names the cases "
      "(id_column) or has their texts (text_column)",
      printable(columns.file, 4096), line, columns.title(column), printable(cell, 40), column));
}

// Calls value(row, unit, number, line), label(row, word, line), name(row, word) and document(row, text) for every case.
template <class Value, class Label, class Name, class Document>
std::int64_t for_cases(std::string_view text, const CsvColumns& columns, Value&& value, Label&& label, Name&& name,
                       Document&& document) {
  Lines lines(text);
  std::string_view line;
  if (columns.header) lines.next(line);
  std::int64_t row = 0;
  const std::int64_t count = columns.count();
  const std::int64_t* place = columns.place.data();
  for (; lines.next(line); ++row) {
    const auto number = std::uint64_t(lines.number());
    require_line(row < std::numeric_limits<std::int32_t>::max(), columns.file, number, "too many rows");
    require_line(!trimmed(line).empty(), columns.file, number, "an empty line");
    const std::int64_t cells = for_cells(line, columns.separator, columns.file, lines.number(),
                                         [&](std::int64_t column, std::string_view cell) {
                                           if (column >= count) return;  // refused below
                                           if (place[column] == kLabelPlace) return label(row, cell, number);
                                           if (place[column] == kNamePlace) return name(row, cell);
                                           if (place[column] == kTextPlace) return document(row, cell);
                                           if (place[column] == kUnusedPlace) return;
                                           const auto parsed = number_in(cell);
                                           if (!parsed || std::isnan(*parsed))
                                             refuse_cell(columns, column, cell, number);
                                           value(row, place[column], *parsed, number);
                                         });
    require_line(cells == count, columns.file, number, "{} columns, where the first line has {}", cells, count);
  }
  return row;
}

// First pass: every number is looked at before memory is asked for. The number of cases.
std::int64_t survey(std::string_view text, const CsvColumns& columns, GreyRange& range) {
  const auto ignore = [](auto&&...) {};
  const std::int64_t rows = for_cases(
      text, columns,
      [&](std::int64_t, std::int64_t, double number, std::uint64_t line) {
        if (!range.add(number)) [[unlikely]]
          require_line(false, columns.file, line, "the value {}: {}", number, range.expected());
      },
      ignore, ignore, ignore);
  require_line(rows >= 1, columns.file, 1, "there are no cases");
  return rows;
}

// Words as they come; numbers them at the end.
class LabelColumn {
 public:
  void add(std::string_view word, const std::string& file, std::uint64_t line) {
    require_line(!word.empty(), file, line, "an empty label");
    const auto number = parse_number<std::int64_t>(word);
    all_numbers_ &= number && *number >= 0 && *number <= kGreatestLabel;
    const auto place = words_.try_emplace(to_utf8(word), int(words_.size())).first;
    require_line(words_.size() <= kGreatestLabel + 1, file, line, "more than {} different labels", kGreatestLabel + 1);
    ids_.push_back(place->second);
  }
  void move_to(Dataset& data, const ReadOptions& options) {
    std::vector<std::string> words(words_.size());
    for (const auto& [word, id] : words_) words[std::size_t(id)] = word;
    if (all_numbers_) {
      std::vector<std::int64_t> numbers;
      for (const int id : ids_) numbers.push_back(*parse_number<std::int64_t>(words[std::size_t(id)]));
      return set_classes(numbers, options, data);
    }
    std::vector<int> meaning(words_.size());
    for (const auto& [word, id] : words_) {  // in alphabetical order
      meaning[std::size_t(id)] = data.classes++;
      data.class_names.push_back(word);
    }
    for (const int id : ids_) data.labels.push_back(meaning[std::size_t(id)]);
  }

 private:
  std::map<std::string, int, std::less<>> words_;
  std::vector<int> ids_;
  bool all_numbers_ = true;
};

// The column of texts: a document a case.
Dataset documents_of(std::string_view text, CsvColumns columns, const ReadOptions& options) {
  std::vector<std::string> texts, names;
  LabelColumn labels;
  for_cases(
      text, columns, [](std::int64_t, std::int64_t, double, std::uint64_t) {},
      [&](std::int64_t, std::string_view word, std::uint64_t line) { labels.add(word, columns.file, line); },
      [&](std::int64_t, std::string_view name) { names.push_back(to_utf8(name)); },
      [&](std::int64_t, std::string_view cell) { texts.push_back(to_utf8(cell)); });
  require_line(!texts.empty(), columns.file, 1, "there are no cases");
  Dataset data = parse_texts(texts, columns.file, options);
  data.remarks.insert(data.remarks.begin(), columns.remarks.begin(), columns.remarks.end());
  if (columns.has(kLabelPlace)) labels.move_to(data, options);
  data.label_column = columns.name_of(kLabelPlace);
  const std::vector<int> classes = std::exchange(data.labels, {});  // of all, also of documents that are left out
  for (const std::uint32_t row : data.numbers) {
    if (!names.empty()) data.case_names.push_back(names[row]);
    if (!classes.empty()) data.labels.push_back(classes[row]);
  }
  return finished(std::move(data));
}

}  // namespace

Dataset parse_csv(ByteView bytes, const std::string& file, const ReadOptions& options) {
  Bytes storage;
  if (is_gzip(bytes)) bytes = storage = gunzip(bytes, file, kLongestText);
  require_line(bytes.size() <= kLongestText, file, 1, "{} bytes of text, the limit is {}", bytes.size(), kLongestText);
  std::string wide;  // of UTF-16
  std::string_view text = as_text(bytes);
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) text = wide = to_utf8(text);
  CsvColumns columns = survey_columns(text, file, options);
  if (columns.has(kTextPlace)) return documents_of(text, std::move(columns), options);
  require_line(options.words == 0 || options.rules == kFirstRules, file, 1,
               "words is for documents, and the file is read as a table of numbers; text_column says which column has "
               "texts");
  GreyRange range(options);
  const std::int64_t rows = survey(text, columns, range);
  Dataset data{file, Tensor(range.dtype(), rows, columns.units), options.height, options.width};
  data.remarks = std::move(columns.remarks);
  range.settle(data);
  GreyWriter writer(range, options.invert, data.x);
  LabelColumn labels;
  for_cases(
      text, columns,
      [&](std::int64_t row, std::int64_t unit, double number, std::uint64_t) { writer.set(row, unit, number); },
      [&](std::int64_t, std::string_view word, std::uint64_t line) { labels.add(word, file, line); },
      [&](std::int64_t, std::string_view name) { data.case_names.push_back(to_utf8(name)); },
      [](std::int64_t, std::string_view) {});
  if (columns.has(kLabelPlace)) labels.move_to(data, options);
  data.label_column = columns.name_of(kLabelPlace);
  if (columns.header && options.rules != kFirstRules)
    for (std::int64_t unit = 0; unit < columns.units; ++unit) data.columns.push_back(columns.name_of(unit));
  data = finished(std::move(data));
  turn_pictures(options, data);
  return finished(std::move(data));
}

Dataset read_csv(const std::filesystem::path& path, const ReadOptions& options) {
  return parse_csv(read_file(path, kLongestText), path.string(), options);
}

}  // namespace deepboltz
