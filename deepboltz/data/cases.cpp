#include "deepboltz/data/cases.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace deepboltz {
namespace {

Rows select_rows(const Rows& from, std::span<const std::uint32_t> rows) {
  Tensor out(from.x.dtype, std::int64_t(rows.size()), from.x.cols);
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::memcpy(out.view().slice(std::int64_t(i), 1).data, from.x.slice(rows[i], 1).data,
                std::size_t(from.x.cols) * size_of(from.x.dtype));
  return keep(std::move(out));
}

}  // namespace

Rows keep(Tensor&& x) {
  auto owner = std::make_shared<const Tensor>(std::move(x));
  return {owner->view(), owner};
}

std::shared_ptr<const SparseRows> ones(std::int64_t cols, const std::vector<std::vector<int>>& rows) {
  auto sparse = std::make_shared<SparseRows>();
  sparse->cols = cols;
  for (const auto& row : rows) {
    for (const int entry : row) sparse->column.push_back(std::uint32_t(entry));
    sparse->end_row();
  }
  return sparse;
}

std::int64_t Column::cases() const {
  const auto* dense = std::get_if<Rows>(&x);
  return dense ? dense->x.rows : sparse().rows();
}

std::int64_t Column::units() const {
  const auto* dense = std::get_if<Rows>(&x);
  return dense ? dense->x.cols : sparse().cols;
}

Transform Column::fixed() const {
  const bool drawn = binarise == Binarisation::each_time || binarise == Binarisation::once;
  return drawn ? Transform{Binarisation::once, key} : Transform{binarise, {}};
}

bool Column::is_grey() const {
  if (binarise == Binarisation::none || !std::holds_alternative<Rows>(x)) return false;
  bool grey = false;
  each_value(rows(), [&](std::int64_t, std::int64_t, double value) { grey |= value != 0 && value != 1; });
  return grey;
}

bool is_part_name(std::string_view name) {
  return name != kLabelColumn && name != kTopicsColumn && name != kGroupColumn && name != kSourceColumn;
}

const Column* Cases::find(std::string_view name) const {
  const auto found = std::ranges::find(columns, name, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

const Column& Cases::at(std::string_view name) const {
  const Column* found = find(name);
  require(found != nullptr, "{}: the cases have no column '{}'", origin.name, name);
  return *found;
}

Cases cases_of(Dataset data) { return cases_of(std::move(data), 0); }

Cases cases_of(Dataset data, std::int64_t labelled) {
  Cases cases;
  if (data.cases() == 0) return cases;
  const std::int64_t file_cases = std::max(data.file_cases, data.cases());
  cases.origin = {data.name, data.sha256, data.empty_documents, file_cases, std::move(data.remarks)};
  cases.numbers = std::move(data.numbers);
  cases.names = std::move(data.case_names);
  cases.weights = std::move(data.weights);
  Meaning seen{.names = std::move(data.vocabulary),
               .height = data.height,
               .width = data.width,
               .channels = data.channels,
               .columns = std::move(data.columns),
               .scale = data.scale};
  for (const char letter : data.letters) seen.values.emplace_back(1, letter);
  const bool bytes = !data.is_sparse() && data.x.dtype() == DType::u8;
  Column visible{.name = kVisibleColumn, .x = Rows{}, .meaning = std::move(seen)};
  visible.binarise = bytes ? Binarisation::each_time : Binarisation::none;
  if (data.is_sparse())
    visible.x = std::make_shared<const SparseRows>(std::move(data.counts));
  else
    visible.x = keep(std::move(data.x));
  cases.columns.push_back(std::move(visible));
  if (data.labels.empty() && data.topics.empty()) return cases;
  const bool one = !data.labels.empty();
  std::vector<std::vector<int>> classes = std::move(data.topics);
  std::int64_t known = 0;
  for (const int label : data.labels)
    classes.push_back(labelled == 0 || known++ < labelled ? std::vector<int>{label} : std::vector<int>{});
  int greatest = data.classes - 1;
  for (const auto& of_case : classes)
    for (const int label : of_case) greatest = std::max(greatest, label);
  cases.columns.push_back({.name = one ? kLabelColumn : kTopicsColumn,
                           .x = ones(greatest + 1, classes),
                           .meaning = {.names = std::move(data.class_names)}});
  if (!data.label_column.empty()) cases.columns.back().meaning.columns = {std::move(data.label_column)};
  return cases;
}

Cases matrix_cases(ConstMatrix x, std::shared_ptr<const void> owner) {
  require(x.rows >= 1 && x.cols >= 1, "cases: expected a matrix with numbers, got {} × {}", x.rows, x.cols);
  Cases cases;
  cases.columns.push_back({.name = kVisibleColumn, .x = Rows{x, std::move(owner)}});
  return cases;
}

Cases select_rows(const Cases& cases, std::span<const std::uint32_t> rows) {
  Cases out;
  out.origin = cases.origin;
  for (const std::uint32_t row : rows) {
    require(std::int64_t(row) < cases.count(), "{}: there is no case {}", cases.origin.name, row);
    if (!cases.weights.empty()) out.weights.push_back(cases.weights[row]);
    if (!cases.names.empty()) out.names.push_back(cases.names[row]);
    out.numbers.push_back(std::uint32_t(cases.number(row)));
  }
  for (const Column& column : cases.columns) {
    out.columns.push_back(column);
    if (const auto* dense = std::get_if<Rows>(&column.x))
      out.columns.back().x = select_rows(*dense, rows);
    else
      out.columns.back().x = std::make_shared<const SparseRows>(select_rows(column.sparse(), rows));
    if (column.known.empty()) continue;
    std::vector<std::uint8_t>& known = out.columns.back().known;
    known.clear();
    for (const std::uint32_t row : rows) known.push_back(column.known[row]);
  }
  return out;
}

Cases first_cases(const Cases& cases, std::int64_t count) {
  if (count >= cases.count()) return cases;
  Cases out = cases;
  out.weights.resize(std::min(out.weights.size(), std::size_t(count)));
  out.numbers.resize(std::min(out.numbers.size(), std::size_t(count)));
  out.names.resize(std::min(out.names.size(), std::size_t(count)));
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), 0u);
  for (Column& column : out.columns) {
    column.known.resize(std::min(column.known.size(), std::size_t(count)));
    if (auto* dense = std::get_if<Rows>(&column.x))
      dense->x = dense->x.slice(0, count);
    else
      column.x = std::make_shared<const SparseRows>(select_rows(column.sparse(), rows));
  }
  return out;
}

void present(Context& ctx, const Transform& transform, const Column& column, std::span<const std::uint32_t> rows,
             Key now, Matrix out) {
  if (std::holds_alternative<Rows>(column.x)) return present(ctx, transform, column.rows(), rows, now, out);
  fill_rows(ctx, column.sparse(), rows, out);
}

Rows dense_rows(const Column& column) {
  if (const auto* dense = std::get_if<Rows>(&column.x)) return *dense;
  return keep(to_dense(column.sparse(), DType::f32));
}

std::shared_ptr<const SparseRows> nonzero_entries(const Column& column) {
  if (const auto* sparse = std::get_if<std::shared_ptr<const SparseRows>>(&column.x)) return *sparse;
  auto entries = std::make_shared<SparseRows>();
  entries->cols = column.units();
  each_value(column.rows(), [&](std::int64_t r, std::int64_t i, double value) {
    while (entries->rows() < r) entries->end_row();
    if (value == 0) return;
    entries->column.push_back(std::uint32_t(i));
    entries->value.push_back(float(value));
  });
  while (entries->rows() < column.cases()) entries->end_row();
  return entries;
}

double ink_of(const Cases& cases) {
  constexpr std::int64_t kMost = 10'000;
  const Column& column = cases.at(kVisibleColumn);
  const auto* dense = std::get_if<Rows>(&column.x);
  if (dense == nullptr || column.meaning.scale == 0 || dense->x.rows == 0) return -1;
  double sum = 0;
  const std::int64_t count = std::min(kMost, dense->x.rows);
  for (std::int64_t i = 0; i < count; ++i)
    each_value(dense->x.slice(i * dense->x.rows / count, 1),
               [&](std::int64_t, std::int64_t, double value) { sum += value; });
  return sum / double(count * dense->x.cols);
}

std::vector<std::uint32_t> labels_of(const Cases& cases) {
  const Column* column = cases.find(kLabelColumn);
  if (!column || column->sparse().entries() != column->cases()) return {};
  return column->sparse().column;
}

std::vector<std::vector<int>> topics_of(const Cases& cases) {
  const Column* column = cases.find(kTopicsColumn);
  if (!column) column = cases.find(kLabelColumn);
  std::vector<std::vector<int>> topics;
  for (std::int64_t r = 0; column && r < column->cases(); ++r) {
    const auto row = column->sparse().row(r);
    topics.emplace_back(row.begin(), row.end());
  }
  return topics;
}

std::int64_t classes_of(const Cases& cases) {
  const Column* column = cases.find(kLabelColumn);
  return column ? column->units() : 0;
}

std::uint32_t most_frequent_class(const Cases& cases) {
  std::vector<std::int64_t> count(std::size_t(classes_of(cases)), 0);
  for (const std::uint32_t label : cases.at(kLabelColumn).sparse().column) ++count[label];
  return std::uint32_t(std::ranges::max_element(count) - count.begin());
}

std::string class_name(const Meaning& classes, std::int64_t label) {
  return classes.names.empty() ? std::to_string(label) : classes.names[std::size_t(label)];
}

}  // namespace deepboltz
