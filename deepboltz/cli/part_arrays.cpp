#include "deepboltz/cli/part_arrays.h"

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
  const auto view = rows.as<float>();
  std::vector<float> numbers;
  numbers.reserve(std::size_t(rows.rows() * rows.cols()));
  for (std::int64_t r = 0; r < rows.rows(); ++r) numbers.insert(numbers.end(), view.row(r), view.row(r) + rows.cols());
  return {column.name, {rows.rows(), rows.cols()}, {.kind = 'f', .bytes = 4}, bytes_of(numbers)};
}

}  // namespace

std::vector<PartArray> part_arrays(Context& ctx, const Cases& cases) {
  std::vector<PartArray> arrays;
  for (const Column& column : cases.columns) {
    if (column.name == kLabelColumn) continue;
    arrays.push_back(dense(ctx, column));
    if (!column.known.empty())
      arrays.push_back({column.name + "_known", {column.cases()}, {.kind = 'u', .bytes = 1}, bytes_of(column.known)});
  }
  const std::vector<std::uint32_t> labels = labels_of(cases);
  if (!labels.empty())
    arrays.push_back({"labels",
                      {std::int64_t(labels.size())},
                      {.kind = 'i', .bytes = 4},
                      bytes_of(std::vector<std::int32_t>(labels.begin(), labels.end()))});
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
