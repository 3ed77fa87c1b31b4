// Random layer graphs, small enough to enumerate: 2 to 5 layers of Bernoulli, spin, softmax or binomial units, 12 units
// at most, trees and graphs with odd cycles, with and without offsets. A graph is a function of its key; tests run over
// a table of them.
#pragma once

#include <utility>
#include <vector>

#include "deepboltz/model/energy_model.h"
#include "deepboltz/model/support.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz::testing {

inline constexpr int kGraphs = 40;  // how many random graphs a law is held to

// 0 … bound−1
inline int pick(Key key, std::uint64_t index, int bound) { return int(below(key, index, std::uint64_t(bound))); }

inline void fill_normal(Tensor& x, double scale, Key key) {
  for (std::int64_t r = 0; r < x.rows(); ++r)
    for (std::int64_t c = 0; c < x.cols(); ++c) x.set(r, c, scale * normal(key, std::uint32_t(r), std::uint32_t(c)));
}

// How far the values of a unit are apart: what a weight of the same strength is divided by.
inline double reach(const Unit& unit) {
  if (const auto* binomial = std::get_if<Binomial>(&unit)) return double(binomial->trials);
  return std::holds_alternative<Spin>(unit) ? 2 : 1;
}

// Biases N(0, 1/4), weights N(0, scale²) over the reach of the units at their ends, and offsets in [0, 1) on about half
// of the layers.
inline void randomise(EnergyModel& model, double scale, Key key) {
  for (std::size_t l = 0; l < model.layers().size(); ++l) {
    Layer& layer = model.layers()[l];
    fill_normal(layer.bias, 0.5, key.fold(0).fold(l));
    if (pick(key.fold(1), l, 2) == 0) continue;
    layer.offset = Tensor(model.precision(), 1, layer.units);
    for (std::int64_t u = 0; u < layer.units; ++u)
      layer.offset.set(0, u, double(uniform(key.fold(2), std::uint32_t(l), std::uint32_t(u))));
  }
  for (std::size_t c = 0; c < model.connections().size(); ++c) {
    Connection& link = model.connections()[c];
    fill_normal(link.weight, scale / reach(model.layer(link.lower).unit) / reach(model.layer(link.upper).unit),
                key.fold(3).fold(c));
  }
}

// Layer 0 is visible, a softmax layer now and then the label, the rest hidden.
inline EnergyModel random_graph(int number, DType precision = DType::f64, Key key = {1}) {
  key = key.fold(std::uint64_t(number));
  EnergyModel model(precision);
  const int layers = 2 + pick(key, 0, 4), most = 12 / layers;
  bool labelled = false;
  for (int l = 0; l < layers; ++l) {
    const std::string name = fmt::format("layer{}", l);
    enum Kind { softmax, spin, binomial, bernoulli };
    const int kind = std::min(pick(key.fold(1), std::uint64_t(l), 5), int(bernoulli));
    const bool many_values = kind == softmax || kind == binomial;
    const int units = 1 + pick(key.fold(2), std::uint64_t(l), std::min(most, many_values ? 2 : 4));
    if (kind != softmax) {
      const Unit unit = kind == spin       ? Unit(Spin{})
                        : kind == binomial ? Unit(Binomial{2 + pick(key.fold(9), std::uint64_t(l), 2)})
                                           : Unit(Bernoulli{});
      model.add(name, unit, units, l == 0 ? Role::visible : Role::hidden);
      continue;
    }
    const int classes = 2 + pick(key.fold(3), std::uint64_t(l), 2);
    const bool label = l > 0 && !labelled && pick(key.fold(4), std::uint64_t(l), 2) == 0;
    labelled = labelled || label;
    model.add(name, Softmax{classes}, units * classes, l == 0 ? Role::visible : label ? Role::label : Role::hidden);
  }
  // Every layer hangs on an earlier one; one pair in four is joined as well. Either end may be the lower one.
  for (int l = 1; l < layers; ++l) {
    const int parent = pick(key.fold(5), std::uint64_t(l), l);
    for (int other = 0; other < l; ++other) {
      if (other != parent && pick(key.fold(6).fold(std::uint64_t(l)), std::uint64_t(other), 4) != 0) continue;
      const bool upwards = pick(key.fold(7).fold(std::uint64_t(l)), std::uint64_t(other), 3) != 0;
      model.connect({upwards ? other : l}, {upwards ? l : other});
    }
  }
  randomise(model, 1, key.fold(8));
  return model;
}

// An RBM with spin, softmax or binomial units on either side now and then, and a label layer in every third one.
inline EnergyModel random_rbm(int number, DType precision = DType::f64, Key key = {2}) {
  key = key.fold(std::uint64_t(number));
  EnergyModel model(precision);
  const Unit kinds[] = {Bernoulli{}, Bernoulli{}, Spin{}, Binomial{3}, Softmax{3}};
  const Unit below = kinds[pick(key, 3, 5)], above = kinds[pick(key, 1, 5)];
  const LayerId v = model.add("visible", below, group_size(below) * (2 + pick(key, 0, count_values(below) > 2 ? 2 : 4)),
                              Role::visible);
  const LayerId h = model.add("hidden", above, group_size(above) * (1 + pick(key, 2, count_values(above) > 2 ? 2 : 4)));
  model.connect(v, h);
  if (number % 3 == 0) {
    const LayerId y = model.add("label", Softmax{3}, 3, Role::label);
    model.connect(y, h);
    if (number % 2 == 0) model.connect(v, y);  // visible and label in two blocks
  }
  randomise(model, 1, key.fold(3));
  return model;
}

}  // namespace deepboltz::testing
