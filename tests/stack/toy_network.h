// A small network with everything in it, and cases for it: bytes as the first input, a real-valued extra input that
// feeds two layers, units of several kinds.
#pragma once

#include <vector>

#include "deepboltz/rng/draw.h"
#include "deepboltz/stack/propagate.h"

namespace deepboltz::toy {

inline constexpr std::int64_t kPixels = 7, kFeatures = 3, kClasses = 4;

inline Tensor random_tensor(DType dtype, std::int64_t rows, std::int64_t cols, double deviation, Key key) {
  return std::move(random_layer("", Gaussian{}, rows, cols, deviation, key, dtype).weight);
}

inline Network network(DType dtype, Key key = {1}) {
  const auto layer = [&](const char* name, const Unit& unit, std::int64_t fan_in, std::int64_t units, Key its_key,
                         std::optional<std::size_t> extra) {
    auto out = random_layer(name, unit, fan_in, units, 0.7, its_key, dtype);
    out.bias = random_tensor(dtype, 1, units, 0.5, its_key.fold(9));
    out.extra = extra;
    return out;
  };
  Network out;
  out.layers.push_back(layer("lower", Bernoulli{}, kPixels + kFeatures, 6, key.fold(1), 1));
  out.layers.push_back(layer("middle", Binomial{2}, 6, 8, key.fold(2), std::nullopt));
  out.layers.push_back(layer("upper", Gaussian{}, 8 + kFeatures, 5, key.fold(3), 1));
  out.layers.push_back(layer("classes", Softmax{kClasses}, 5, kClasses, key.fold(4), std::nullopt));
  return out;
}

struct Data {
  Tensor pixels, features;
  std::vector<std::uint32_t> labels;

  Examples cases() const { return {{pixels, features}, labels}; }
};

inline Data data(DType dtype, std::int64_t cases, Key key = {2}) {
  Data out{Tensor(DType::u8, cases, kPixels), random_tensor(dtype, cases, kFeatures, 1, key.fold(1)), {}};
  for (std::int64_t r = 0; r < cases; ++r) {
    for (std::int64_t c = 0; c < kPixels; ++c)
      out.pixels.set(r, c, double(below(key.fold(2).fold(std::uint64_t(c)), std::uint64_t(r), 256)));
    out.labels.push_back(std::uint32_t(below(key.fold(3), std::uint64_t(r), kClasses)));
  }
  return out;
}

// Room for a gradient, zero, with its list of views.
struct Gradient {
  std::vector<Tensor> tensors;
  std::vector<Matrix> views;

  explicit Gradient(Network& network) {
    for (const auto& [name, parameter] : named_parameters(network))
      tensors.emplace_back(parameter.dtype, parameter.rows, parameter.cols);
    for (auto& tensor : tensors) views.push_back(tensor);
  }
};

inline double number(ConstMatrix x, std::int64_t row, std::int64_t col) {
  if (x.dtype == DType::u8) return x.as<std::uint8_t>()(row, col);
  return x.dtype == DType::f32 ? double(x.as<float>()(row, col)) : x.as<double>()(row, col);
}

inline double largest_difference(ConstMatrix x, ConstMatrix y) {
  double largest = 0;
  for (std::int64_t r = 0; r < x.rows; ++r)
    for (std::int64_t c = 0; c < x.cols; ++c) largest = std::max(largest, std::abs(number(x, r, c) - number(y, r, c)));
  return largest;
}

inline bool same_bits(ConstMatrix x, ConstMatrix y) {
  if (x.rows != y.rows || x.cols != y.cols || x.dtype != y.dtype) return false;
  for (std::int64_t r = 0; r < x.rows; ++r)
    if (!std::equal(x.slice(r, 1).data, x.slice(r, 1).data + x.cols * std::int64_t(size_of(x.dtype)),
                    y.slice(r, 1).data))
      return false;
  return true;
}

inline bool same_bits(Network& x, Network& y) {
  const auto left = named_parameters(x), right = named_parameters(y);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const auto& a, const auto& b) {
    return a.first == b.first && same_bits(ConstMatrix(a.second), ConstMatrix(b.second));
  });
}

}  // namespace deepboltz::toy
