#include "deepboltz/data/part_cases.h"

#include <algorithm>

#include "deepboltz/data/count_hash.h"
#include "deepboltz/io/malformed.h"

namespace deepboltz {
namespace {

ByteView bytes_of(const auto& numbers) {
  return {reinterpret_cast<const std::uint8_t*>(numbers.data()), numbers.size() * sizeof(numbers[0])};
}

void add_column(const Column& column, Sha256& sum) {
  const auto* dense = std::get_if<Rows>(&column.x);
  sum.add(
      as_bytes(fmt::format("part {} {} {} × {}, picture {} × {} × {}, {} known\n", column.name,
                           name_of(dense ? dense->x.dtype : DType::f32), column.cases(), column.units(),
                           column.meaning.height, column.meaning.width, column.meaning.channels, column.known.size())));
  if (dense)
    for (std::int64_t r = 0; r < column.cases(); ++r)
      sum.add({reinterpret_cast<const std::uint8_t*>(dense->x.slice(r, 1).data),
               std::size_t(column.units()) * size_of(dense->x.dtype)});
  else
    add_counts(column.sparse(), sum);
  sum.add(column.known);
}

void check_part(const Column& column, const Cases& cases, const std::string& name) {
  const Meaning& meaning = column.meaning;
  require(column.units() >= 1, "{}: the part '{}' has no units", name, column.name);
  require(column.cases() == cases.count(), "{}: the part '{}' has {} cases, '{}' has {}", name, column.name,
          column.cases(), cases.columns.front().name, cases.count());
  require(std::ranges::count(cases.columns, column.name, &Column::name) == 1, "{}: two parts are called '{}'", name,
          column.name);
  require(meaning.names.empty() || std::int64_t(meaning.names.size()) == column.units(),
          "{}: the part '{}' has {} units, but {} names", name, column.name, column.units(), meaning.names.size());
  const std::int64_t values = std::int64_t(meaning.height) * meaning.width * meaning.channels;
  require(!meaning.is_picture() || values == column.units(),
          "{}: the part '{}' has {} units, but pictures of {} × {} × {}", name, column.name, column.units(),
          meaning.height, meaning.width, meaning.channels);
  require(column.known.empty() || std::int64_t(column.known.size()) == column.cases(),
          "{}: the part '{}' has {} cases, but it is known of {} whether they have it", name, column.name,
          column.cases(), column.known.size());
  if (const auto* sparse = std::get_if<std::shared_ptr<const SparseRows>>(&column.x))
    require_sparse_rows(**sparse, column.name.c_str());
}

}  // namespace

Column dense_part(std::string name, Tensor x, Meaning meaning) {
  const bool bytes = x.dtype() == DType::u8;
  Column column{.name = std::move(name), .x = keep(std::move(x)), .meaning = std::move(meaning)};
  column.binarise = bytes ? Binarisation::each_time : Binarisation::none;
  return column;
}

Column sparse_part(std::string name, SparseRows x, Meaning meaning) {
  return {
      .name = std::move(name), .x = std::make_shared<const SparseRows>(std::move(x)), .meaning = std::move(meaning)};
}

Column label_part(std::span<const int> labels, std::vector<std::string> names) {
  std::vector<std::vector<int>> rows;
  for (const int label : labels) rows.push_back({label});
  return {.name = kLabelColumn, .x = ones(std::int64_t(names.size()), rows), .meaning = {.names = std::move(names)}};
}

Column source_part(std::span<const std::string> names) {
  std::vector<std::string> known(names.begin(), names.end());
  std::ranges::sort(known);
  known.erase(std::ranges::unique(known).begin(), known.end());
  std::vector<int> numbers;
  for (const std::string& name : names) numbers.push_back(int(std::ranges::lower_bound(known, name) - known.begin()));
  Column column = label_part(numbers, std::move(known));
  column.name = kSourceColumn;
  return column;
}

std::string content_hash(const Cases& cases) {
  Sha256 sum;
  sum.add(as_bytes(fmt::format("deepboltz parts {} × {}\n", cases.count(), cases.columns.size())));
  for (const Column& column : cases.columns) add_column(column, sum);
  sum.add(bytes_of(cases.weights));
  return sum.hex();
}

Cases finished(Cases cases) {
  const std::string name = printable(cases.origin.name, 4096);
  require(cases.count() >= 1, "{}: there are no cases", name);
  for (const Column& column : cases.columns) check_part(column, cases, name);
  require(cases.names.empty() || std::int64_t(cases.names.size()) == cases.count(), "{}: {} cases, but {} names", name,
          cases.count(), cases.names.size());
  cases.origin.file_cases = std::max(cases.origin.file_cases, cases.count());
  cases.origin.sha256 = content_hash(cases);
  return cases;
}

}  // namespace deepboltz
