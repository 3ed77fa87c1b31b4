#include "deepboltz/report/pictures.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "deepboltz/kernel/linear.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/task/weight_rows.h"

namespace deepboltz {
namespace {

// Filters by falling norm, the first `count`.
Tensor strongest_rows(const Tensor& filters, std::int64_t count) {
  require(count >= 1, "pictures: expected at least one filter, got {}", count);
  const std::vector<std::int64_t> order = by_falling_norm(filters);
  Tensor shown(filters.dtype(), std::min(count, filters.rows()), filters.cols());
  for (std::int64_t r = 0; r < shown.rows(); ++r)
    for (std::int64_t i = 0; i < shown.cols(); ++i) shown.set(r, i, filters.at(order[std::size_t(r)], i));
  return shown;
}

// Weights of the visible units, as what they add to the data.
Image filter_grid(Context& ctx, const EnergyModel& model, const Tensor& filters, PictureShape shape,
                  std::int64_t count) {
  Tensor shown = strongest_rows(filters, count);
  differences_to_data(ctx, model.layer(model.visible()), shown);
  return picture_grid(shown, shape.height, shape.width,
                      {.magnify = shape.magnify, .channels = shape.channels, .scale = GreyScale::around_zero});
}

// Zeroes all but the `strongest` entries of every row.
void keep_strongest(std::int64_t strongest, Tensor& weight) {
  if (strongest <= 0 || strongest >= weight.cols()) return;
  std::vector<double> size(std::size_t(weight.cols()));
  for (std::int64_t k = 0; k < weight.rows(); ++k) {
    for (std::int64_t j = 0; j < weight.cols(); ++j) size[std::size_t(j)] = std::abs(weight.at(k, j));
    std::ranges::nth_element(size, size.begin() + strongest - 1, std::greater<>{});
    const double least = size[std::size_t(strongest - 1)];
    for (std::int64_t j = 0; j < weight.cols(); ++j)
      if (std::abs(weight.at(k, j)) < least) weight.set(k, j, 0);
  }
}

double value_at(ConstMatrix x, std::int64_t r, std::int64_t i) {
  return x.dtype == DType::u8 ? x.as<std::uint8_t>()(r, i) / 255.0
                              : visit_real(x.dtype, [&](auto real) { return double(x.as<decltype(real)>()(r, i)); });
}

// Row `to` of `out` ← row `from` of x, bytes as x/255.
void show_row(ConstMatrix x, std::int64_t from, std::int64_t to, Tensor& out) {
  for (std::int64_t i = 0; i < x.cols; ++i) out.set(to, i, value_at(x, from, i));
}

}  // namespace

namespace {

std::optional<PictureShape> find_picture_shape(const EnergyModel& model, const Meaning& meaning) {
  const Layer& visible = model.layer(model.visible());
  const bool bits = std::holds_alternative<Bernoulli>(visible.unit) || std::holds_alternative<Spin>(visible.unit);
  PictureShape shape{.scale = bits ? GreyScale::shared : GreyScale::each};
  if (std::int64_t(meaning.height) * meaning.width * meaning.channels == visible.units) {
    shape.height = meaning.height;
    shape.width = meaning.width;
    shape.channels = meaning.channels;
    return shape;
  }
  if (std::holds_alternative<Counts>(visible.unit)) return std::nullopt;
  const std::int64_t side = std::llround(std::sqrt(double(visible.units)));
  shape.height = shape.width = int(side);
  return side * side == visible.units ? std::optional(shape) : std::nullopt;
}

}  // namespace

PictureShape picture_shape(const EnergyModel& model, const Meaning& visible) {
  const auto shape = find_picture_shape(model, visible);
  require(shape.has_value(),
          "pictures: {} visible units are not a square, and the model does not say their height and width; write "
          "numbers, to a name that ends in .csv or .npy",
          model.layer(model.visible()).units);
  return *shape;
}

bool has_picture_shape(const EnergyModel& model, const Meaning& visible) {
  return find_picture_shape(model, visible).has_value();
}

Tensor strongest_filters(const EnergyModel& model, std::int64_t count) {
  return strongest_rows(rows_above(model, model.visible()).weight, count);
}

Image first_layer_filters(Context& ctx, const EnergyModel& model, PictureShape shape, std::int64_t count) {
  return filter_grid(ctx, model, rows_above(model, model.visible()).weight, shape, count);
}

Image second_layer_filters(Context& ctx, const EnergyModel& model, PictureShape shape, std::int64_t count,
                           std::int64_t strongest) {
  const WeightRows first = rows_above(model, model.visible());
  WeightRows second = rows_above(model, first.layer, model.visible());
  keep_strongest(strongest, second.weight);
  Tensor filters(model.precision(), second.weight.rows(), first.weight.cols());
  multiply(ctx, 1, second.weight, Transpose::no, first.weight, Transpose::no, 0, filters);
  return filter_grid(ctx, model, filters, shape, count);
}

Image samples_beside_data(ConstMatrix samples, ConstMatrix data, PictureShape shape, int columns) {
  require(columns >= 1 && samples.cols == data.cols, "pictures: samples have {} pixels, data {}", samples.cols,
          data.cols);
  const std::int64_t rows = std::min(samples.rows, data.rows) / columns;
  require(rows >= 1, "pictures: a row takes {} samples and as many data, got {} and {}", columns, samples.rows,
          data.rows);
  Tensor shown(DType::f32, rows * columns * 2, samples.cols);
  for (std::int64_t y = 0; y < rows; ++y)
    for (std::int64_t x = 0; x < columns; ++x) {
      show_row(samples, y * columns + x, 2 * y * columns + x, shown);
      show_row(data, y * columns + x, (2 * y + 1) * columns + x, shown);
    }
  return picture_grid(shown, shape.height, shape.width,
                      {.columns = 2 * columns,
                       .magnify = shape.magnify,
                       .channels = shape.channels,
                       .scale = shape.scale,
                       .separators = {columns}});
}

Image chains_over_time(std::span<const Tensor> frames, PictureShape shape) {
  require(!frames.empty(), "pictures: there are no frames of chains to show");
  const std::int64_t chains = frames[0].rows(), columns = std::int64_t(frames.size());
  Tensor shown(DType::f32, chains * columns, frames[0].cols());
  for (std::int64_t r = 0; r < chains; ++r)
    for (std::int64_t f = 0; f < columns; ++f) show_row(frames[std::size_t(f)], r, r * columns + f, shown);
  return picture_grid(
      shown, shape.height, shape.width,
      {.columns = int(columns), .magnify = shape.magnify, .channels = shape.channels, .scale = shape.scale});
}

Image rows_of_pictures(std::span<const Tensor> rows, PictureShape shape) {
  const std::int64_t columns = rows[0].rows();
  Tensor shown(DType::f64, std::int64_t(rows.size()) * columns, rows[0].cols());
  for (std::size_t row = 0; row < rows.size(); ++row)
    for (std::int64_t p = 0; p < columns; ++p)
      for (std::int64_t i = 0; i < shown.cols(); ++i) shown.set(std::int64_t(row) * columns + p, i, rows[row].at(p, i));
  return picture_grid(
      shown, shape.height, shape.width,
      {.columns = int(columns), .magnify = shape.magnify, .channels = shape.channels, .scale = shape.scale});
}

Image completion_picture(ConstMatrix truth, ConstMatrix known, ConstMatrix sample, ConstMatrix probability,
                         PictureShape shape, std::int64_t count) {
  const auto fits = [&](ConstMatrix m) { return m.rows == truth.rows && m.cols == truth.cols; };
  require(count >= 1 && truth.rows >= 1 && fits(known) && fits(sample) && fits(probability) && known.dtype == DType::u8,
          "pictures: truth, mask and completion must be of one shape, the mask of bytes");
  const std::int64_t columns = std::min(count, truth.rows);
  Tensor shown(DType::f32, 4 * columns, truth.cols);
  for (std::int64_t r = 0; r < columns; ++r) {
    show_row(truth, r, r, shown);
    for (std::int64_t i = 0; i < truth.cols; ++i)
      shown.set(columns + r, i, known.as<std::uint8_t>()(r, i) != 0 ? value_at(truth, r, i) : 0.5);
    show_row(sample, r, 2 * columns + r, shown);
    show_row(probability, r, 3 * columns + r, shown);
  }
  return picture_grid(shown, shape.height, shape.width,
                      {.columns = int(columns), .magnify = shape.magnify, .channels = shape.channels});
}

}  // namespace deepboltz
