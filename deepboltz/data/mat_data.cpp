#include "deepboltz/data/mat_data.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/data/array_cases.h"
#include "deepboltz/data/classes.h"
#include "deepboltz/data/pixels_by_column.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/mat.h"

namespace deepboltz {
namespace {

constexpr double kGreatestLabel = 65'535;

bool has(const std::vector<MatMatrix>& matrices, const std::string& name) {
  return std::ranges::find(matrices, name, &MatMatrix::name) != matrices.end();
}

// The only matrix that is no vector.
const MatMatrix& only(const std::vector<MatMatrix>& matrices, const std::string& file) {
  const MatMatrix* chosen = nullptr;
  for (const MatMatrix& m : matrices) {
    if (m.array.shape[0] < 2 || m.array.shape[1] < 2) continue;
    require_at(chosen == nullptr, file, 0, "several matrices, a name is needed: {}", list_of(matrices));
    chosen = &m;
  }
  require_at(chosen != nullptr, file, 0, "no matrix of several rows and columns; there are {}", list_of(matrices));
  return *chosen;
}

// A matrix whose columns become its rows, without moving a number: those of the file stand column by column.
NpyArray columns_as_rows(NpyArray array) {
  std::swap(array.shape[0], array.shape[1]);
  array.fortran_order = false;
  return array;
}

void set_labels(const MatMatrix& matrix, const std::string& file, const ReadOptions& options, Dataset& data) {
  const NpyArray& array = matrix.array;
  require_at(array.size() == data.cases() && std::min(array.shape[0], array.shape[1]) == 1, file, array.position,
             "'{}' has {} × {} numbers, one label for each of {} cases expected", printable(matrix.name),
             array.shape[0], array.shape[1], data.cases());
  std::vector<std::int64_t> labels;
  for (std::int64_t i = 0; i < data.cases(); ++i) {
    const double label = array.real(i);
    require_at(label >= 0 && label <= kGreatestLabel && label == std::floor(label), file, array.byte_of(i),
               "the label {}; whole numbers from 0 to {} expected", label, kGreatestLabel);
    labels.push_back(std::int64_t(label));
  }
  set_classes(labels, options, data);
}

// So many pixels as a square picture may have.
bool is_picture_size(std::int64_t pixels) {
  constexpr std::int64_t kLeast = 16;
  const auto side = std::int64_t(std::llround(std::sqrt(double(pixels))));
  return pixels >= kLeast && side * side == pixels;
}

// MATLAB's pictures are often columns: the rows are as many as a square picture has pixels, and the columns are not.
void hint_at_columns(const NpyArray& array, Dataset& data) {
  const std::int64_t rows = array.shape[0], columns = array.shape[1];
  if (data.height == 0 && is_picture_size(rows) && !is_picture_size(columns))
    data.remarks.push_back(
        fmt::format("{}: {} rows are read as cases of {} units; if each column is a picture of {} pixels, "
                    "cases_in_columns (--cases-in-columns) says so",
                    printable(data.name, 4096), rows, columns, rows));
}

}  // namespace

Dataset parse_mat_data(ByteView bytes, const std::string& file, const ReadOptions& options) {
  const std::vector<MatMatrix> matrices = parse_mat(bytes, file);
  const bool any = options.data_key.empty() || (options.like_training && !has(matrices, options.data_key));
  const MatMatrix& chosen = any ? only(matrices, file) : matrix_named(matrices, file, options.data_key);
  const NpyArray array = options.cases_in_columns ? columns_as_rows(chosen.array) : chosen.array;
  const std::string name = fmt::format("{}[{}]", file, printable(chosen.name));
  check_array_shape(array, name);
  Dataset data = array_cases(array, name, options, all_rows(array.shape[0], name, array.position));
  data.name = file;
  if (!options.label_key.empty() && (!options.like_training || has(matrices, options.label_key)))
    set_labels(matrix_named(matrices, file, options.label_key), file, options, data);
  if (options.rules != kFirstRules && !options.cases_in_columns) hint_at_columns(array, data);
  data = finished(std::move(data));
  turn_pictures(options, data);
  return finished(std::move(data));
}

Dataset read_mat_data(const std::filesystem::path& path, const ReadOptions& options) {
  return parse_mat_data(read_file(path), path.string(), options);
}

}  // namespace deepboltz
