#include "deepboltz/data/array_cases.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "deepboltz/data/classes.h"
#include "deepboltz/data/grey_range.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kMostUnits = 1 << 24, kGreatestLabel = 65'535;

bool plain_bytes(const NpyArray& array) {
  return array.type.kind == 'u' && array.type.bytes == 1 && !array.fortran_order;
}

GreyRange range_of(const NpyArray& array, const std::string& file, const ReadOptions& options) {
  GreyRange range(options);
  const auto refuse = [&](std::int64_t i) {
    require_at(false, file, array.byte_of(i), "the value {}: {}", array.real(i), range.expected());
  };
  if (plain_bytes(array) && !options.numbers) {
    for (std::size_t i = 0; i < array.values.size() && !range.settled(); ++i)
      if (!range.add_whole(array.values[i])) refuse(std::int64_t(i));
    return range;
  }
  for (std::int64_t i = 0; i < array.size(); ++i)
    if (!range.add(array.real(i))) refuse(i);
  return range;
}

}  // namespace

std::int64_t check_array_shape(const NpyArray& array, const std::string& file) {
  const auto& shape = array.shape;
  require_at(shape.size() == 2 || shape.size() == 3, file, array.position,
             "an array of {} dimensions; data are (cases, units) or (cases, height, width)", shape.size());
  require_at(array.size() >= 1, file, array.position, "there are no cases");
  const std::int64_t units = array.size() / shape[0];
  require_at(units <= kMostUnits, file, array.position, "a case of {} values, the limit is {}", units, kMostUnits);
  return units;
}

Dataset array_cases(const NpyArray& array, const std::string& file, const ReadOptions& options,
                    std::span<const std::uint32_t> rows) {
  const std::int64_t units = check_array_shape(array, file);
  const GreyRange range = range_of(array, file, options);
  Dataset data{file, Tensor(range.dtype(), std::int64_t(rows.size()), units), options.height, options.width};
  range.settle(data);
  if (array.shape.size() == 3 && options.height == 0 && options.width == 0) {
    require_at(array.shape[1] <= kMostUnits && array.shape[2] <= kMostUnits, file, array.position,
               "a picture too large");
    data.height = int(array.shape[1]);
    data.width = int(array.shape[2]);
  }
  GreyWriter writer(range, options.invert, data.x);
  const bool copy = plain_bytes(array) && range.fits_bytes() && range.scale() == 255 && !options.invert;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::int64_t first = std::int64_t(rows[r]) * units;
    if (copy)
      std::memcpy(data.x.as<std::uint8_t>().row(std::int64_t(r)), array.values.data() + first, std::size_t(units));
    else
      for (std::int64_t c = 0; c < units; ++c) writer.set(std::int64_t(r), c, array.real(first + c));
  }
  return data;
}

Tensor real_numbers(const NpyArray& array, const std::string& file) {
  const std::int64_t units = check_array_shape(array, file);
  Tensor out(DType::f64, array.shape[0], units);
  double* at = out.as<double>().data;
  for (std::int64_t i = 0; i < array.size(); ++i) {
    at[i] = array.real(i);
    require_at(std::isfinite(at[i]), file, array.byte_of(i), "the value {}; a number expected", at[i]);
  }
  return out;
}

std::vector<std::int64_t> whole_numbers(const NpyArray& array, std::int64_t cases, const std::string& file) {
  require_at(array.shape.size() == 1, file, array.position, "an array of {} dimensions where one number a case belongs",
             array.shape.size());
  require_at(array.size() == cases, file, array.position, "{} numbers for {} cases", array.size(), cases);
  require_at(array.type.kind != 'f', file, array.position, "numbers with a fraction where whole ones belong");
  std::vector<std::int64_t> column(std::size_t(array.size()));
  for (std::size_t i = 0; i < column.size(); ++i) column[i] = array.integer(std::int64_t(i));
  return column;
}

void set_array_labels(const NpyArray& array, std::int64_t cases, const std::string& file,
                      std::span<const std::uint32_t> rows, const ReadOptions& options, Dataset& data) {
  const auto column = whole_numbers(array, cases, file);
  std::vector<std::int64_t> labels;
  for (const std::uint32_t row : rows) {
    require_at(column[row] >= 0 && column[row] <= kGreatestLabel, file, array.byte_of(row),
               "the label {}; labels are from 0 to {}", column[row], kGreatestLabel);
    labels.push_back(column[row]);
  }
  set_classes(labels, options, data);
}

std::vector<std::uint32_t> all_rows(std::int64_t cases, const std::string& file, std::uint64_t position) {
  require_at(cases <= std::numeric_limits<std::int32_t>::max(), file, position, "{} cases are too many", cases);
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(cases));
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

}  // namespace deepboltz
