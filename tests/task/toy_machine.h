// Small machines with random parameters, and their joint distribution by listing every state: energies are added up
// here from parameters alone, so that nothing of the library's inference is used.
#pragma once

#include <cmath>
#include <functional>
#include <vector>

#include "deepboltz/model/build.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz::toy {

inline EnergyModel random_dbm(std::vector<std::int64_t> hidden, std::int64_t visible, std::int64_t classes,
                              double scale, Key key, DType precision = DType::f64) {
  EnergyModel model = dbm(visible, hidden, {.precision = precision, .classes = classes});
  initialise_weights(model, scale, key);
  for (LayerId id : model.ids())
    for (std::int64_t i = 0; i < model.layer(id).units; ++i)
      model.layer(id).bias.set(0, i, 0.5 * normal(key.fold(100), std::uint32_t(id.index), std::uint32_t(i)));
  return model;
}

// Every state of all layers, as one row of numbers a layer; softmax units are one-hot.
using Joint = std::vector<std::vector<double>>;

inline void for_each_state(const EnergyModel& model, const std::function<void(const Joint&, double weight)>& visit) {
  Joint x;
  for (const Layer& layer : model.layers()) x.emplace_back(std::size_t(layer.units), 0.0);
  const auto weight = [&] {
    double minus_energy = 0;
    for (std::size_t l = 0; l < x.size(); ++l)
      for (std::size_t i = 0; i < x[l].size(); ++i)
        minus_energy += model.layers()[l].bias.at(0, std::int64_t(i)) * x[l][i];
    for (const Connection& c : model.connections())
      for (std::int64_t i = 0; i < c.weight.rows(); ++i)
        for (std::int64_t j = 0; j < c.weight.cols(); ++j)
          minus_energy += x[std::size_t(c.lower.index)][std::size_t(i)] * c.weight.at(i, j) *
                          x[std::size_t(c.upper.index)][std::size_t(j)];
    return std::exp(minus_energy);
  };
  const std::function<void(std::size_t, std::size_t)> fill = [&](std::size_t l, std::size_t i) {
    if (l == x.size()) return visit(x, weight());
    if (i == x[l].size()) return fill(l + 1, 0);
    if (std::holds_alternative<Softmax>(model.layers()[l].unit)) {
      for (double& one : x[l]) {
        one = 1;
        fill(l + 1, 0);
        one = 0;
      }
      return;
    }
    for (double value : {1.0, 0.0}) {
      x[l][i] = value;
      fill(l, i + 1);
    }
  };
  fill(0, 0);
}

// E[x of `layer` | the states that `holds` accepts]
inline std::vector<double> exact_means(const EnergyModel& model, LayerId layer,
                                       const std::function<bool(const Joint&)>& holds) {
  std::vector<double> sum(std::size_t(model.layer(layer).units));
  double total = 0;
  for_each_state(model, [&](const Joint& x, double weight) {
    if (!holds(x)) return;
    total += weight;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += weight * x[std::size_t(layer.index)][i];
  });
  for (double& s : sum) s /= total;
  return sum;
}

inline Tensor matrix(std::vector<std::vector<double>> rows, DType dtype = DType::f64) {
  Tensor out(dtype, std::int64_t(rows.size()), std::int64_t(rows[0].size()));
  for (std::int64_t r = 0; r < out.rows(); ++r)
    for (std::int64_t c = 0; c < out.cols(); ++c) out.set(r, c, rows[std::size_t(r)][std::size_t(c)]);
  return out;
}

}  // namespace deepboltz::toy
