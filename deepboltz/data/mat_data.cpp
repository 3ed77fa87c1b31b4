#include "deepboltz/data/mat_data.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "deepboltz/data/array_cases.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/mat.h"

namespace deepboltz {
namespace {

constexpr double kGreatestLabel = 65'535;

std::string names_of(const std::vector<MatMatrix>& matrices) {
  std::string names;
  for (const MatMatrix& m : matrices)
    names += fmt::format("{}{} ({} × {})", names.empty() ? "" : ", ", m.name, m.array.shape[0], m.array.shape[1]);
  return names.empty() ? "none" : printable(names, 200);
}

const MatMatrix& named(const std::vector<MatMatrix>& matrices, const std::string& file, const std::string& name) {
  const auto found = std::ranges::find(matrices, name, &MatMatrix::name);
  require_at(found != matrices.end(), file, 0, "there is no matrix of numbers '{}'; there are {}", printable(name),
             names_of(matrices));
  return *found;
}

// The only matrix that is no vector.
const MatMatrix& only(const std::vector<MatMatrix>& matrices, const std::string& file) {
  const MatMatrix* chosen = nullptr;
  for (const MatMatrix& m : matrices) {
    if (m.array.shape[0] < 2 || m.array.shape[1] < 2) continue;
    require_at(chosen == nullptr, file, 0, "several matrices, a name is needed: {}", names_of(matrices));
    chosen = &m;
  }
  require_at(chosen != nullptr, file, 0, "no matrix of several rows and columns; there are {}", names_of(matrices));
  return *chosen;
}

// A matrix whose columns become its rows, without moving a number: those of the file stand column by column.
NpyArray columns_as_rows(NpyArray array) {
  std::swap(array.shape[0], array.shape[1]);
  array.fortran_order = false;
  return array;
}

std::vector<int> labels_of(const MatMatrix& matrix, std::int64_t cases, const std::string& file) {
  const NpyArray& array = matrix.array;
  require_at(array.size() == cases && std::min(array.shape[0], array.shape[1]) == 1, file, array.position,
             "'{}' has {} × {} numbers, one label for each of {} cases expected", printable(matrix.name),
             array.shape[0], array.shape[1], cases);
  std::vector<int> labels;
  for (std::int64_t i = 0; i < cases; ++i) {
    const double label = array.real(i);
    require_at(label >= 0 && label <= kGreatestLabel && label == std::floor(label), file, array.byte_of(i),
               "the label {}; whole numbers from 0 to {} expected", label, kGreatestLabel);
    labels.push_back(int(label));
  }
  return labels;
}

// Every case's pixels, which go down its columns, along its rows instead.
void turn_pictures(Dataset& data) {
  const Tensor from = data.x.clone();
  const std::size_t size = size_of(data.x.dtype());
  for (std::int64_t r = 0; r < data.cases(); ++r)
    for (std::int64_t y = 0; y < data.height; ++y)
      for (std::int64_t x = 0; x < data.width; ++x)
        std::memcpy(data.x.data() + std::size_t(r * data.units() + y * data.width + x) * size,
                    from.data() + std::size_t(r * data.units() + x * data.height + y) * size, size);
}

}  // namespace

Dataset parse_mat_data(ByteView bytes, const std::string& file, const ReadOptions& options) {
  const std::vector<MatMatrix> matrices = parse_mat(bytes, file);
  const MatMatrix& chosen = options.data_key.empty() ? only(matrices, file) : named(matrices, file, options.data_key);
  const NpyArray array = options.cases_in_columns ? columns_as_rows(chosen.array) : chosen.array;
  const std::string name = fmt::format("{}[{}]", file, printable(chosen.name));
  check_array_shape(array, name);
  Dataset data = array_cases(array, name, options, all_rows(array.shape[0], name, array.position));
  data.name = file;
  if (!options.label_key.empty()) data.labels = labels_of(named(matrices, file, options.label_key), data.cases(), file);
  require(!options.pixels_by_column || data.height > 0, "{}: pixels by column need a height and a width",
          printable(file, 4096));
  data = finished(std::move(data));
  if (!options.pixels_by_column) return data;
  turn_pictures(data);
  return finished(std::move(data));
}

Dataset read_mat_data(const std::filesystem::path& path, const ReadOptions& options) {
  return parse_mat_data(read_file(path), path.string(), options);
}

}  // namespace deepboltz
