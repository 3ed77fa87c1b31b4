#include "deepboltz/model/quantised.h"

#include <algorithm>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/model/field.h"

namespace deepboltz {
namespace {

// By squares that stay in the cache: a machine that learns is quantised anew in each update.
Tensor transposed(Context& ctx, const Tensor& weight) {
  constexpr std::int64_t kSide = 32;
  Tensor transposed(DType::f32, weight.cols(), weight.rows());
  const auto from = weight.view().as<float>();
  const auto to = transposed.view().as<float>();
  for_rows(ctx, (from.cols + kSide - 1) / kSide, kSide * from.rows, [&](std::int64_t block) {
    const std::int64_t first = block * kSide, last = std::min(first + kSide, from.cols);
    for (std::int64_t top = 0; top < from.rows; top += kSide)
      for (std::int64_t j = first; j < last; ++j)
        for (std::int64_t i = top; i < std::min(top + kSide, from.rows); ++i) to(j, i) = from(i, j);
  });
  return transposed;
}

// The same machine without offsets: a field then costs no product of an offset with the weights.
void fold_offsets(Context& ctx, EnergyModel& model) {
  std::vector<Tensor> biases;
  for (LayerId id : model.ids()) {
    biases.emplace_back(model.precision(), 1, model.layer(id).units);
    ordinary_bias(ctx, model, id, biases.back());
  }
  for (LayerId id : model.ids()) {
    Layer& layer = model.layer(id);
    layer.offset = {};
    scale_add(ctx, 1 / layer.bias_factor, biases[std::size_t(id.index)], 0, layer.bias);
  }
}

}  // namespace

EnergyModel quantised(Context& ctx, const EnergyModel& model, int bits) {
  require(model.precision() == DType::f32, "integers: expected a model of f32, got {}", name_of(model.precision()));
  EnergyModel copy = model.clone();
  for (Connection& c : copy.connections()) {
    IntegerWeights up(c.weight.rows(), c.weight.cols(), bits), down(c.weight.cols(), c.weight.rows(), bits);
    quantise(ctx, c.weight, up);
    quantise(ctx, transposed(ctx, c.weight), down);
    DEEPBOLTZ_ASSERT(up.exponent() == down.exponent());
    require(up.finite(), "integers: a weight of '{}'–'{}' is not finite", copy.layer(c.lower).name,
            copy.layer(c.upper).name);
    const auto w = c.weight.view().as<float>();
    const auto step = float(up.step());
    for_rows(ctx, w.rows, w.cols, [&](std::int64_t i) {
      for (std::int64_t j = 0; j < w.cols; ++j) w(i, j) = step * float(up.at(i, j));
    });
    c.integers = std::make_shared<ConnectionIntegers>(std::move(up), std::move(down));
  }
  fold_offsets(ctx, copy);
  return copy;
}

bool on_integers(const EnergyModel& model) {
  return std::ranges::any_of(model.connections(), [](const Connection& c) { return c.integers != nullptr; });
}

}  // namespace deepboltz
