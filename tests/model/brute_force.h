// The reference of all laws: every joint state of a small model, its energy by scalar loops over units. Shares no code
// with the library beyond reading the parameters.
#pragma once

#include <cmath>
#include <vector>

#include "deepboltz/model/energy_model.h"
#include "deepboltz/model/length.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz::testing {

using Joint = std::vector<std::vector<double>>;  // [layer][unit]

inline std::size_t at(LayerId id) { return std::size_t(id.index); }

// b = a − Σ W·(offset of the neighbour), unit by unit.
inline double plain_bias(const EnergyModel& model, int layer, std::int64_t unit) {
  double bias = model.layer({layer}).bias.at(0, unit);
  for (const Connection& c : model.connections()) {
    if (c.upper.index == layer && !model.layer(c.lower).offset.empty())
      for (std::int64_t i = 0; i < c.weight.rows(); ++i)
        bias -= model.layer(c.lower).offset.at(0, i) * c.weight.at(i, unit);
    if (c.lower.index == layer && !model.layer(c.upper).offset.empty())
      for (std::int64_t j = 0; j < c.weight.cols(); ++j)
        bias -= model.layer(c.upper).offset.at(0, j) * c.weight.at(unit, j);
  }
  return bias;
}

// What the bias of a layer is multiplied by: the words of the document beside a layer of counts, else 1.
inline double bias_votes(const EnergyModel& model, int layer, const Joint& x) {
  for (const Connection& c : model.connections())
    for (const auto& [here, other] : {std::pair(c.lower, c.upper), std::pair(c.upper, c.lower)})
      if (here.index == layer && std::holds_alternative<Counts>(model.layer(other).unit)) {
        double words = 0;
        for (double count : x[at(other)]) words += count;
        return words;
      }
  return 1;
}

inline double energy_of(const EnergyModel& model, const Joint& x) {
  double energy = 0;
  for (int l = 0; l < int(x.size()); ++l)
    for (std::size_t u = 0; u < x[std::size_t(l)].size(); ++u)
      energy -= bias_votes(model, l, x) * plain_bias(model, l, std::int64_t(u)) * x[std::size_t(l)][u];
  for (const Connection& c : model.connections())
    for (std::int64_t i = 0; i < c.weight.rows(); ++i)
      for (std::int64_t j = 0; j < c.weight.cols(); ++j)
        energy -= x[at(c.lower)][std::size_t(i)] * c.weight.at(i, j) * x[at(c.upper)][std::size_t(j)];
  return energy;
}

// log ν of the layers' units: counts by factorials.
inline double log_measure_of(const EnergyModel& model, const Joint& x) {
  double sum = 0;
  for (std::size_t l = 0; l < x.size(); ++l) {
    if (std::holds_alternative<Counts>(model.layers()[l].unit)) {
      double words = 0;
      for (double count : x[l]) {
        sum -= std::log(std::tgamma(count + 1));
        words += count;
      }
      sum += std::log(std::tgamma(words + 1));
    } else if (const auto* binomial = std::get_if<Binomial>(&model.layers()[l].unit)) {
      for (double count : x[l]) {
        const double n = double(binomial->trials);
        sum += std::log(std::tgamma(n + 1) / std::tgamma(count + 1) / std::tgamma(n - count + 1));
      }
    }
  }
  return sum;
}

// Σ over layers of base·x
inline double base_of(const std::vector<Tensor>* base, const Joint& x) {
  double sum = 0;
  if (base != nullptr)
    for (std::size_t l = 0; l < x.size(); ++l)
      for (std::size_t u = 0; u < x[l].size(); ++u) sum += (*base)[l].at(0, std::int64_t(u)) * x[l][u];
  return sum;
}

// All values of one unit, a group of numbers each.
struct ValuesOfAUnit {
  using Values = std::vector<std::vector<double>>;
  Values operator()(const Bernoulli&) const { return {{0}, {1}}; }
  Values operator()(const Spin&) const { return {{-1}, {1}}; }
  Values operator()(const Gaussian&) const { return {}; }  // no list; tests/model/gaussian_machine.h
  Values operator()(const Counts&) const { return {}; }    // of a whole layer: count_vectors
  Values operator()(const Relu&) const { return {}; }      // no energy: tests/estimate/relu_test.cpp
  Values operator()(const Binomial& unit) const {
    Values all;
    for (std::int64_t count = 0; count <= unit.trials; ++count) all.push_back({double(count)});
    return all;
  }
  Values operator()(const Softmax& unit) const {
    Values all;
    for (std::int64_t k = 0; k < unit.classes; ++k) {
      all.emplace_back(std::size_t(unit.classes), 0.0);
      all.back()[std::size_t(k)] = 1;
    }
    return all;
  }
};

// All counts of `words` words that add up to `length`.
inline std::vector<std::vector<double>> count_vectors(std::int64_t words, int length) {
  if (words == 1) return {{double(length)}};
  std::vector<std::vector<double>> all;
  for (int first = 0; first <= length; ++first)
    for (std::vector<double> rest : count_vectors(words - 1, length - first)) {
      rest.insert(rest.begin(), double(first));
      all.push_back(std::move(rest));
    }
  return all;
}

// All values of one layer, of counts those of documents of that length.
inline std::vector<std::vector<double>> values_of(const Layer& layer, int length = 1) {
  if (std::holds_alternative<Counts>(layer.unit)) return count_vectors(layer.units, length);
  const auto values = std::visit(ValuesOfAUnit{}, layer.unit);
  std::vector<std::vector<double>> all{{}};
  for (std::int64_t unit = 0; unit < layer.units / group_size(layer.unit); ++unit) {
    std::vector<std::vector<double>> longer;
    for (const auto& start : all)
      for (const auto& value : values) {
        longer.push_back(start);
        longer.back().insert(longer.back().end(), value.begin(), value.end());
      }
    all = std::move(longer);
  }
  return all;
}

inline std::vector<Joint> joint_states(const EnergyModel& model, int length = 1) {
  std::vector<Joint> all{{}};
  for (const Layer& layer : model.layers()) {
    std::vector<Joint> longer;
    for (const Joint& start : all)
      for (const auto& value : values_of(layer, length)) {
        longer.push_back(start);
        longer.back().push_back(value);
      }
    all = std::move(longer);
  }
  return all;
}

// The distribution f_β / Z_β over all joint states.
class BruteForce {
 public:
  explicit BruteForce(const EnergyModel& model, double beta = 1, const std::vector<Tensor>* base = nullptr,
                      int length = 1)
      : states(joint_states(model, length)) {
    double top = -INFINITY, sum = 0;
    for (const Joint& x : states) {
      log_weight.push_back(log_measure_of(model, x) - beta * energy_of(model, x) + (1 - beta) * base_of(base, x));
      top = std::max(top, log_weight.back());
    }
    for (double w : log_weight) sum += std::exp(w - top);
    log_z = top + std::log(sum);
    for (double w : log_weight) p.push_back(std::exp(w - log_z));
  }

  // E[f(x)]
  template <class F> double mean(F&& f) const {
    double sum = 0;
    for (std::size_t s = 0; s < states.size(); ++s) sum += p[s] * f(states[s]);
    return sum;
  }
  // log Σ f over the states for which keep(x) holds.
  template <class Keep> double log_sum(Keep&& keep) const {
    double sum = 0;
    for (std::size_t s = 0; s < states.size(); ++s)
      if (keep(states[s])) sum += p[s];
    return log_z + std::log(sum);
  }
  // Independent draws, by inversion.
  std::vector<Joint> draw(std::int64_t count, Key key) const {
    std::vector<double> cumulative{0};
    for (double q : p) cumulative.push_back(cumulative.back() + q);
    std::vector<Joint> drawn;
    for (std::int64_t r = 0; r < count; ++r) {
      const double u = (random_word(key, std::uint32_t(r), 0) + 0.5) * 0x1p-32 * cumulative.back();
      std::size_t s =
          std::size_t(std::upper_bound(cumulative.begin() + 1, cumulative.end(), u) - cumulative.begin() - 1);
      drawn.push_back(states[std::min(s, states.size() - 1)]);
    }
    return drawn;
  }

  std::vector<Joint> states;
  std::vector<double> log_weight, p;
  double log_z = 0;
};

// One row a joint state.
inline State state_of(Context& ctx, const EnergyModel& model, const std::vector<Joint>& rows) {
  State state = model.make_state(ctx, std::int64_t(rows.size()));
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t l = 0; l < rows[r].size(); ++l)
      for (std::size_t u = 0; u < rows[r][l].size(); ++u)
        state.layers[l].set(std::int64_t(r), std::int64_t(u), rows[r][l][u]);
  take_documents(model, state);
  return state;
}

inline Joint joint_of(const State& state, std::int64_t row) {
  Joint x;
  for (const Tensor& layer : state.layers) {
    x.emplace_back();
    for (std::int64_t u = 0; u < layer.cols(); ++u) x.back().push_back(layer.at(row, u));
  }
  return x;
}

// Base rates for every layer, N(0, 1/4).
inline std::vector<Tensor> random_base(const EnergyModel& model, Key key) {
  std::vector<Tensor> base;
  for (std::size_t l = 0; l < model.layers().size(); ++l) {
    base.emplace_back(model.precision(), 1, model.layers()[l].units);
    for (std::int64_t u = 0; u < base.back().cols(); ++u)
      base.back().set(0, u, 0.5 * normal(key.fold(l), 0, std::uint32_t(u)));
  }
  return base;
}

}  // namespace deepboltz::testing
