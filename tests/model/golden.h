// The machines of the published golden vectors, in float64 by default. All of their numbers come from enumeration done
// outside of this library.
#pragma once

#include <array>
#include <cmath>

#include "deepboltz/model/build.h"

namespace deepboltz::testing {

// RBM 4–3: W_ij = 0.25·(((2i+3j) mod 5) − 2), b_i = 0.1 i − 0.15, a_j = 0.15 j − 0.2.
inline EnergyModel golden_rbm(DType precision = DType::f64) {
  EnergyModel model = rbm(4, 3, {.precision = precision});
  for (int i = 0; i < 4; ++i) {
    model.layers()[0].bias.set(0, i, 0.1 * i - 0.15);
    for (int j = 0; j < 3; ++j) model.connections()[0].weight.set(i, j, 0.25 * ((2 * i + 3 * j) % 5 - 2));
  }
  for (int j = 0; j < 3; ++j) model.layers()[1].bias.set(0, j, 0.15 * j - 0.2);
  return model;
}

// Label RBM 3–2 with 3 classes: layers visible, hidden1, label; the label's weight is U (classes, hidden).
inline EnergyModel golden_label_rbm(DType precision = DType::f64) {
  EnergyModel model = rbm(3, 2, {.precision = precision, .classes = 3});
  const double w[3][2] = {{.4, -.2}, {-.3, .5}, {.2, .1}}, u[3][2] = {{.3, -.1}, {-.2, .4}, {.1, .2}};
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 2; ++j) {
      model.connections()[0].weight.set(i, j, w[i][j]);
      model.connections()[1].weight.set(i, j, u[i][j]);
    }
  const double a[2] = {.1, -.2}, d[3] = {0, .1, -.1};
  for (int j = 0; j < 2; ++j) model.layer(*model.find("hidden1")).bias.set(0, j, a[j]);
  for (int k = 0; k < 3; ++k) model.layer(*model.find("label")).bias.set(0, k, d[k]);
  return model;
}

// DBM 3–2–2: W1_ij = 0.5·sin(1+3i+5j), W2_jk = 0.7·cos(2+j+2k), b_i = 0.1(i−1), c1_j = −0.2+0.3j, c2_k = 0.15−0.25k.
inline EnergyModel golden_dbm(DType precision = DType::f64) {
  EnergyModel model = dbm(3, std::array<std::int64_t, 2>{2, 2}, {.precision = precision});
  for (int i = 0; i < 3; ++i) {
    model.layers()[0].bias.set(0, i, 0.1 * (i - 1));
    for (int j = 0; j < 2; ++j) model.connections()[0].weight.set(i, j, 0.5 * std::sin(1 + 3 * i + 5 * j));
  }
  for (int j = 0; j < 2; ++j) {
    model.layers()[1].bias.set(0, j, -0.2 + 0.3 * j);
    model.layers()[2].bias.set(0, j, 0.15 - 0.25 * j);
    for (int k = 0; k < 2; ++k) model.connections()[1].weight.set(j, k, 0.7 * std::cos(2 + j + 2 * k));
  }
  return model;
}

// Binary cases into one layer: state(case, unit) ← rows[case][unit], clamped.
template <std::size_t Units>
void set_cases(State& state, LayerId layer, const std::vector<std::array<double, Units>>& rows) {
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t u = 0; u < Units; ++u)
      state.layers[std::size_t(layer.index)].set(std::int64_t(r), std::int64_t(u), rows[r][u]);
  state.clamp(layer);
}

}  // namespace deepboltz::testing
