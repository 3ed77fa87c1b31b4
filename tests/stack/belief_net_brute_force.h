// The reference for belief nets: every joint state, its probability by scalar loops over units. Shares no code with the
// library beyond reading the parameters.
#pragma once

#include "tests/model/brute_force.h"
#include "tests/stack/random_belief_net.h"

namespace deepboltz::testing {

using Values = std::vector<double>;  // of one layer

// log p(x | f) of one layer, A(f) by the sum over the values of each unit.
inline double plain_log_p(const Unit& unit, const Values& field, const Values& x) {
  double sum = 0;
  if (std::holds_alternative<Gaussian>(unit)) {
    for (std::size_t i = 0; i < x.size(); ++i)
      sum -= (x[i] - field[i]) * (x[i] - field[i]) / 2 + std::log(2 * std::numbers::pi) / 2;
    return sum;
  }
  const std::size_t group = std::holds_alternative<Counts>(unit) ? x.size() : std::size_t(group_size(unit));
  for (std::size_t first = 0; first < x.size(); first += group) {
    double words = 0;
    for (std::size_t k = 0; k < group; ++k) words += x[first + k];
    const auto values = std::holds_alternative<Counts>(unit) ? count_vectors(std::int64_t(group), int(words))
                                                             : std::visit(ValuesOfAUnit{}, unit);
    EnergyModel alone(DType::f64);
    alone.add("alone", unit, std::int64_t(group));
    const auto log_f = [&](const Values& value) {
      double f = log_measure_of(alone, {value});
      for (std::size_t k = 0; k < group; ++k) f += value[k] * field[first + k];
      return f;
    };
    double z = 0;
    for (const auto& value : values) z += std::exp(log_f(value));
    sum += log_f(Values(x.begin() + std::ptrdiff_t(first), x.begin() + std::ptrdiff_t(first + group))) - std::log(z);
  }
  return sum;
}

inline Values plain_field(const Affine& map, const Values& from, double votes = 1) {
  Values field;
  for (std::int64_t u = 0; u < map.units(); ++u) {
    double f = votes * map.bias.at(0, u);
    for (std::int64_t i = 0; i < map.weight.rows(); ++i) f += from[std::size_t(i)] * map.weight.at(i, u);
    field.push_back(f);
  }
  return field;
}

inline double plain_generative(const DirectedLayer& layer, const Values& below, const Values& above) {
  return plain_log_p(layer.generative.unit, plain_field(layer.generative, above), below);
}

inline double plain_recognition(const DirectedLayer& layer, const Values& below, const Values& above) {
  double votes = 1;
  if (std::holds_alternative<Counts>(layer.generative.unit)) {
    votes = 0;
    for (double words : below) votes += words;
  }
  return plain_log_p(layer.recognition.unit, plain_field(layer.recognition, below, votes), above);
}

// A joint state: one row of numbers for each of the layers 0 … D, then the hidden layer and the label of the top.
struct NetState {
  std::vector<Values> x;
  Joint top;
  double log_p = 0;  // up to log Z of the top
};

// Every value of the bottom layer; documents of kLength words; none for real values.
inline std::vector<Values> bottom_values(const BeliefNet& net) {
  EnergyModel bottom(DType::f64);
  bottom.add("bottom", net.bottom_unit(), net.bottom_units());
  return values_of(bottom.layers()[0], kLength);
}

// Every state of the layers 1 … D and the top, with the bottom at v.
inline std::vector<NetState> states_given(const BeliefNet& net, const Values& v) {
  std::vector<NetState> all;
  for (const Joint& top : joint_states(net.top)) {
    std::vector<NetState> here(1);
    here[0].top = top;
    here[0].x = {top[at(net.top.visible())]};
    here[0].log_p = log_measure_of(net.top, top) - energy_of(net.top, top);
    for (std::size_t k = net.layers.size(); k-- > 0;) {
      EnergyModel below(DType::f64);
      below.add("below", net.layers[k].generative.unit, net.layers[k].below());
      std::vector<NetState> longer;
      for (const NetState& state : here)
        for (const Values& value : k == 0 ? std::vector<Values>{v} : values_of(below.layers()[0])) {
          longer.push_back(state);
          longer.back().log_p += plain_generative(net.layers[k], value, state.x.front());
          longer.back().x.insert(longer.back().x.begin(), value);
        }
      here = std::move(longer);
    }
    all.insert(all.end(), here.begin(), here.end());
  }
  return all;
}

inline double plain_log_z(const EnergyModel& top) {
  double z = 0;
  for (const Joint& x : joint_states(top)) z += std::exp(log_measure_of(top, x) - energy_of(top, x));
  return std::log(z);
}

// p(v), with the label of the top at `label` if it is given: then p(v, label).
inline double plain_p(const BeliefNet& net, const Values& v, std::optional<std::size_t> label = {}) {
  double sum = 0;
  for (const NetState& state : states_given(net, v))
    if (!label || state.top[at(*net.top.find(Role::label))][*label] == 1) sum += std::exp(state.log_p);
  return sum / std::exp(plain_log_z(net.top));
}

inline Tensor rows_of(const std::vector<Values>& rows, DType dtype) {
  return tensor_of(dtype, std::int64_t(rows.size()), std::int64_t(rows[0].size()),
                   [&](double r, double c) { return rows[std::size_t(r)][std::size_t(c)]; });
}

}  // namespace deepboltz::testing
