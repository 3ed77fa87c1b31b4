#include "deepboltz/report/metrics_table.h"

#include <algorithm>

#include "deepboltz/base/parse_number.h"

namespace deepboltz {
namespace {

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t start = 0;;) {
    const std::size_t comma = line.find(',', start);
    fields.push_back(line.substr(start, comma - start));
    if (comma == std::string_view::npos) return fields;
    start = comma + 1;
  }
}

}  // namespace

std::optional<std::size_t> MetricsTable::column(std::string_view name) const {
  const auto found = std::ranges::find(columns, name);
  if (found == columns.end()) return std::nullopt;
  return std::size_t(found - columns.begin());
}

MetricsTable parse_metrics(ByteView bytes, const std::string& file) {
  MetricsTable table;
  std::string_view text = as_text(bytes);
  std::size_t fields = 0, stage = std::size_t(-1), number = 0;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto words = fields_of(line);
    if (number == 1) {
      fields = words.size();
      for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "stage")
          stage = i;
        else
          table.columns.emplace_back(words[i]);
      }
      continue;
    }
    require(words.size() == fields, "{}:{}: expected {} fields, got {}", file, number, fields, words.size());
    MetricsTable::Row row;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (i == stage) {
        row.stage = words[i];
        continue;
      }
      row.values.push_back(parse_number<double>(words[i]));
      require(words[i].empty() || row.values.back(), "{}:{}: expected a number, got '{}'", file, number, words[i]);
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace deepboltz
