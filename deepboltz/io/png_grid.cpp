#include "deepboltz/io/png_grid.h"

#include <algorithm>
#include <cmath>

namespace deepboltz {
namespace {

double value_at(ConstMatrix m, std::int64_t row, std::int64_t col) {
  if (m.dtype == DType::u8) return m.as<std::uint8_t>()(row, col) / 255.0;
  return m.dtype == DType::f32 ? double(m.as<float>()(row, col)) : m.as<double>()(row, col);
}

// grey = 255 · (slope · value + shift)
struct Mapping {
  double slope = 1, shift = 0;
};

Mapping mapping_of(ConstMatrix pictures, std::int64_t row, GreyScale scale) {
  if (scale == GreyScale::shared) return {};
  double least = INFINITY, greatest = -INFINITY;
  for (std::int64_t c = 0; c < pictures.cols; ++c) {
    const double value = value_at(pictures, row, c);
    if (!std::isfinite(value)) continue;
    least = std::min(least, value);
    greatest = std::max(greatest, value);
  }
  if (scale == GreyScale::around_zero) {
    const double reach = std::max(std::abs(least), std::abs(greatest));
    return reach > 0 && std::isfinite(reach) ? Mapping{0.5 / reach, 0.5} : Mapping{0, 0.5};
  }
  return greatest > least ? Mapping{1 / (greatest - least), -least / (greatest - least)} : Mapping{0, 0.5};
}

std::uint8_t grey(double value, Mapping m) {
  if (!std::isfinite(value)) return 0;
  return std::uint8_t(std::lround(255 * std::clamp(m.slope * value + m.shift, 0.0, 1.0)));
}

// As square as possible, but rather somewhat wider than with a gap in the last row.
std::int64_t columns_of(std::int64_t pictures) {
  const auto side = std::int64_t(std::ceil(std::sqrt(double(pictures))));
  for (std::int64_t columns = side; 2 * columns <= 3 * side; ++columns)
    if (pictures % columns == 0) return columns;
  return side;
}

}  // namespace

Image picture_grid(ConstMatrix pictures, int height, int width, const GridOptions& options) {
  const std::int64_t channels = options.channels;
  require(channels == 1 || channels == 3, "picture grid: 1 or 3 channels expected, got {}", channels);
  require(pictures.cols == std::int64_t(height) * width * channels,
          "picture grid: {} values a picture, {} × {} × {} expected", pictures.cols, height, width, channels);
  require(pictures.rows >= 1 && options.columns >= 0 && options.padding >= 0 && options.magnify >= 1,
          "picture grid: expected a picture, columns ≥ 0, padding ≥ 0 and magnify ≥ 1");
  const std::int64_t columns = options.columns > 0 ? options.columns : columns_of(pictures.rows);
  const std::int64_t rows = (pictures.rows + columns - 1) / columns;
  const std::int64_t magnify = options.magnify, tall = height * magnify, wide = width * magnify;

  std::vector<std::int64_t> left;  // of each column
  std::int64_t right = options.padding;
  for (std::int64_t column = 0; column < columns; ++column) {
    left.push_back(right);
    right += wide + options.padding;
    if (std::count(options.separators.begin(), options.separators.end(), int(column + 1)) > 0)
      right += options.separator_width;
  }
  const std::int64_t bottom = options.padding + rows * (tall + options.padding);
  require(right <= 1 << 20 && bottom <= 1 << 20 && right * bottom <= std::int64_t(1) << 30,
          "picture grid: {} × {} pixels are too many", right, bottom);

  Image grid{int(bottom), int(right), options.channels,
             Bytes(std::size_t(right * bottom * channels), options.background)};
  for (std::int64_t i = 0; i < pictures.rows; ++i) {
    const Mapping mapping = mapping_of(pictures, i, options.scale);
    const std::int64_t top = options.padding + i / columns * (tall + options.padding);
    for (std::int64_t y = 0; y < tall; ++y)
      for (std::int64_t x = 0; x < wide; ++x)
        for (std::int64_t c = 0; c < channels; ++c)
          grid.pixels[std::size_t(((top + y) * right + left[std::size_t(i % columns)] + x) * channels + c)] =
              grey(value_at(pictures, i, (y / magnify * width + x / magnify) * channels + c), mapping);
  }
  return grid;
}

}  // namespace deepboltz
