// Random belief nets, small enough to enumerate, and the nets of the golden vectors. A net is a function of its number:
// its bottom has one of six units in turn, then come 1 to 3 directed layers, and a top with a label layer or without.
#pragma once

#include "tests/model/random_graph.h"

#include "deepboltz/model/build.h"
#include "deepboltz/stack/belief_net.h"

namespace deepboltz::testing {

inline constexpr int kNets = 24;   // how many random nets a law is held to
inline constexpr int kLength = 3;  // of documents
inline constexpr int kBottoms = 6;

inline Unit bottom_unit(int number) {
  const Unit units[kBottoms] = {Bernoulli{}, Spin{}, Softmax{3}, Binomial{2}, Gaussian{}, Counts{}};
  return units[number % kBottoms];
}

inline Affine random_map(const Unit& unit, std::int64_t inputs, std::int64_t units, DType dtype, Key key) {
  Affine map{unit, Tensor(dtype, inputs, units), Tensor(dtype, 1, units)};
  fill_normal(map.weight, 0.8 / reach(unit), key.fold(0));
  fill_normal(map.bias, 0.5, key.fold(1));
  return map;
}

inline BeliefNet random_belief_net(int number, DType dtype = DType::f64, Key key = {77}) {
  key = key.fold(std::uint64_t(number));
  const Unit hidden[] = {Bernoulli{}, Bernoulli{}, Spin{}, Binomial{2}, Softmax{2}};
  Unit unit = bottom_unit(number);
  std::int64_t units = group_size(unit) == 1 ? 2 + pick(key, 0, 2) : group_size(unit);
  const int depth = 1 + number / kBottoms % 3;
  BeliefNet net{{}, EnergyModel(dtype)};
  for (int k = 1; k <= depth; ++k) {
    const Key of_layer = key.fold(1).fold(std::uint64_t(k));
    const Unit above = hidden[pick(of_layer, 0, 5)];
    const std::int64_t units_above = group_size(above) * (1 + pick(of_layer, 1, 2));
    net.layers.push_back({fmt::format("hidden{}", k), random_map(unit, units_above, units, dtype, of_layer.fold(2)),
                          random_map(above, units, units_above, dtype, of_layer.fold(3))});
    unit = above;
    units = units_above;
  }
  net.top = rbm(units, 2, {.precision = dtype, .classes = number % 2 == 0 ? 0 : 3, .visible = unit});
  randomise(net.top, 0.8, key.fold(4));
  for (Layer& layer : net.top.layers()) layer.offset = {};
  return net;
}

inline Tensor tensor_of(DType dtype, std::int64_t rows, std::int64_t cols, auto&& value) {
  Tensor out(dtype, rows, cols);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < cols; ++c) out.set(r, c, value(double(r), double(c)));
  return out;
}

// The numbers that the golden vectors S1 to S3 share: those of golden_dbm.
struct GoldenNumbers {
  DType dtype;
  Tensor w1() const {
    return tensor_of(dtype, 3, 2, [](double i, double j) { return 0.5 * std::sin(1 + 3 * i + 5 * j); });
  }
  Tensor w2() const {
    return tensor_of(dtype, 2, 2, [](double j, double k) { return 0.7 * std::cos(2 + j + 2 * k); });
  }
  Tensor row(std::vector<double> numbers) const {
    return tensor_of(dtype, 1, std::int64_t(numbers.size()), [&](double, double c) { return numbers[std::size_t(c)]; });
  }
  Tensor b() const { return row({-0.1, 0, 0.1}); }
  Tensor c1() const { return row({-0.2, 0.1}); }
  Tensor c2() const { return row({0.15, -0.1}); }
};

inline EnergyModel golden_top(const Tensor& weight, const Tensor& lower, const Tensor& upper) {
  EnergyModel top = rbm(weight.rows(), weight.cols(), {.precision = weight.dtype()});
  top.connections()[0].weight = weight.clone();
  top.layers()[0].bias = lower.clone();
  top.layers()[1].bias = upper.clone();
  return top;
}

inline Tensor flipped(const Tensor& x) {
  return tensor_of(x.dtype(), x.cols(), x.rows(),
                   [&](double r, double c) { return x.at(std::int64_t(c), std::int64_t(r)); });
}

// S1: 3 – 2, top 2 – 2.
inline BeliefNet golden_s1(DType dtype) {
  const GoldenNumbers n{dtype};
  const Tensor w1 = n.w1();
  BeliefNet net{{}, golden_top(n.w2(), n.c1(), n.c2())};
  net.layers.push_back({"hidden1",
                        {Bernoulli{}, flipped(w1), n.b()},
                        {Bernoulli{},
                         tensor_of(dtype, 3, 2,
                                   [&](double i, double j) {
                                     return w1.at(std::int64_t(i), std::int64_t(j)) + 0.1 * std::cos(i + 2 * j);
                                   }),
                         n.row({-0.2 + 0.05, 0.1 - 0.1})}});
  return net;
}

// S2: one layer more, 3 – 2 – 2, top 2 – 2.
inline BeliefNet golden_s2(DType dtype) {
  const GoldenNumbers n{dtype};
  const Tensor w2 = n.w2();
  const Tensor w3 = tensor_of(dtype, 2, 2, [](double j, double k) { return 0.6 * std::sin(2 + 3 * j + k); });
  BeliefNet net = golden_s1(dtype);
  net.top = golden_top(w3, n.c2(), n.row({-0.1, 0.3}));
  net.layers.push_back(
      {"hidden2",
       {Bernoulli{}, flipped(w2), n.c1()},
       {Bernoulli{},
        tensor_of(dtype, 2, 2,
                  [&](double j, double k) { return w2.at(std::int64_t(j), std::int64_t(k)) + 0.1 * std::sin(j - k); }),
        n.row({0.15 - 0.05, -0.1 + 0.1})}});
  return net;
}

// S3: 3 – 2 – 2, top 2 – 3 with two labels.
inline BeliefNet golden_s3(DType dtype) {
  const GoldenNumbers n{dtype};
  const Tensor w1 = n.w1(), w2 = n.w2();
  const auto entry = [](const Tensor& x, double r, double c) { return x.at(std::int64_t(r), std::int64_t(c)); };
  BeliefNet net{{}, rbm(2, 3, {.precision = dtype, .classes = 2})};
  net.layers.push_back(
      {"hidden1",
       {Bernoulli{},
        tensor_of(dtype, 2, 3, [&](double j, double i) { return entry(w1, i, j) + 0.02 * std::cos(i + j); }),
        n.row({-0.1, 0, 0.2})},
       {Bernoulli{},
        tensor_of(dtype, 3, 2, [&](double i, double j) { return entry(w1, i, j) + 0.05 * std::sin(i - j); }),
        n.row({0.05, -0.15})}});
  net.layers.push_back(
      {"hidden2",
       {Bernoulli{},
        tensor_of(dtype, 2, 2, [&](double k, double a) { return entry(w2, a, k) + 0.04 * std::sin(2 * k - a); }),
        n.row({0.15, -0.05})},
       {Bernoulli{},
        tensor_of(dtype, 2, 2, [&](double a, double k) { return entry(w2, a, k) + 0.03 * std::cos(a + 3 * k); }),
        n.row({0.1, 0.2})}});
  EnergyModel& top = net.top;
  top.layer(top.visible()).bias = n.row({-0.2, 0.1});
  top.layer(*top.find(Role::hidden)).bias = n.row({-0.1, 0.2, 0});
  top.layer(*top.find(Role::label)).bias = n.row({0.05, -0.05});
  for (Connection& c : top.connections())
    c.weight = c.lower == top.visible()
                   ? tensor_of(dtype, 2, 3, [](double p, double t) { return 0.4 * std::sin(3 + 2 * p + 5 * t); })
                   : tensor_of(dtype, 2, 3, [](double y, double t) { return 0.5 * std::cos(1 + 4 * y + t); });
  return net;
}

}  // namespace deepboltz::testing
