#include "deepboltz/cli/part_arrays.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/io/file.h"
#include "deepboltz/io/zip.h"

namespace deepboltz {
namespace {

template <class T> Bytes bytes_of(const std::vector<T>& values) {
  const auto* first = reinterpret_cast<const std::uint8_t*>(values.data());
  return {first, first + values.size() * sizeof(T)};
}

PartArray dense(Context& ctx, const Column& column) {
  Tensor rows(DType::f32, column.cases(), column.units());
  std::vector<std::uint32_t> all(std::size_t(column.cases()));
  std::iota(all.begin(), all.end(), 0u);
  present(ctx, Transform{Binarisation::none, {}}, column, all, {}, rows);
  return matrix_array(column.name, rows);
}

// The one entry of each case.
PartArray numbers_of(const std::string& name, const Column& column) {
  const std::vector<std::uint32_t>& entries = column.sparse().column;
  return {name,
          {std::int64_t(entries.size())},
          {.kind = 'i', .bytes = 4},
          bytes_of(std::vector<std::int32_t>(entries.begin(), entries.end()))};
}

PartArray texts_of(const std::vector<std::string>& texts) {
  std::size_t longest = 1;
  for (const std::string& text : texts) longest = std::max(longest, text.size());
  Bytes bytes;
  for (const std::string& text : texts) {
    bytes.insert(bytes.end(), text.begin(), text.end());
    bytes.resize(bytes.size() + longest - text.size());
  }
  return {"names", {std::int64_t(texts.size())}, {.kind = 'S', .bytes = int(longest)}, std::move(bytes)};
}

}  // namespace

PartArray matrix_array(std::string name, ConstMatrix rows) {
  std::vector<float> numbers;
  numbers.reserve(std::size_t(rows.rows * rows.cols));
  visit_real(rows.dtype, [&](auto real) {
    const auto view = rows.as<decltype(real)>();
    for (std::int64_t r = 0; r < rows.rows; ++r) numbers.insert(numbers.end(), view.row(r), view.row(r) + rows.cols);
  });
  return {std::move(name), {rows.rows, rows.cols}, {.kind = 'f', .bytes = 4}, bytes_of(numbers)};
}

std::vector<PartArray> case_arrays(const Cases& cases) {
  std::vector<PartArray> arrays;
  for (const auto& [column, name] :
       {std::pair(kLabelColumn, "labels"), std::pair(kGroupColumn, "groups"), std::pair(kSourceColumn, "sources")}) {
    const Column* found = cases.find(column);
    if (found && found->sparse().entries() == cases.count()) arrays.push_back(numbers_of(name, *found));
  }
  if (!cases.names.empty()) arrays.push_back(texts_of(cases.names));
  return arrays;
}

std::vector<PartArray> part_arrays(Context& ctx, const Cases& cases) {
  std::vector<PartArray> arrays;
  for (const Column& column : cases.columns) {
    if (!is_part_name(column.name) && column.name != kTopicsColumn) continue;
    arrays.push_back(dense(ctx, column));
    if (!column.known.empty())
      arrays.push_back({column.name + "_known", {column.cases()}, {.kind = 'u', .bytes = 1}, bytes_of(column.known)});
  }
  for (PartArray& array : case_arrays(cases)) arrays.push_back(std::move(array));
  return arrays;
}

void write_npz(const std::filesystem::path& path, const std::vector<PartArray>& arrays) {
  std::vector<ZipContent> contents;
  for (const PartArray& array : arrays)
    contents.push_back(
        {.name = array.name + ".npy",
         .bytes = make_npy(
             {.type = array.type, .fortran_order = false, .shape = array.shape, .values = array.values, .position = 0}),
         .deflate = true});
  write_file(path, make_zip(contents));
}

}  // namespace deepboltz
