// Random machines of several pathways, small enough to enumerate: 1 to 3 parts of any units, two of them counts in
// every sixth machine, up to two hidden layers a pathway, a label layer on the joint one in every third machine. With
// the reference that their laws are compared with: a list of all states, over which real values are integrated.
#pragma once

#include <algorithm>
#include <numbers>

#include "tests/model/brute_force.h"
#include "tests/model/random_graph.h"

#include "deepboltz/model/build.h"

namespace deepboltz::testing {

inline constexpr int kPathways = 30;
inline constexpr double kMostStates = 3'000;  // that the reference lists

struct RandomPathways {
  std::vector<Pathway> pathways;
  std::int64_t joint = 1, classes = 0;
  Unit hidden = Bernoulli{};

  EnergyModel build() const {
    return multimodal_dbm(pathways, joint, {.precision = DType::f64, .classes = classes, .hidden = hidden});
  }
};

inline bool is_real(const Layer& layer) { return std::holds_alternative<Gaussian>(layer.unit); }
inline bool counts(const Layer& layer) { return std::holds_alternative<Counts>(layer.unit); }

// Of the layers that are not real, with documents of 3 words.
inline double listed_states(const EnergyModel& model) {
  double all = 1;
  for (const Layer& layer : model.layers()) all *= is_real(layer) ? 1 : double(values_of(layer, 3).size());
  return all;
}

// Real values and counts are an even number of layers apart, so that one block has them all: that one is summed out.
// One layer of counts at most is beside the joint layer.
inline RandomPathways draw_pathways(int number, Key key) {
  const Unit kinds[] = {Bernoulli{}, Gaussian{}, Counts{}, Softmax{2}, Spin{}, Binomial{2}, Counts{}};
  RandomPathways out;
  const int parts = number % 6 == 0 ? 1 : 2 + pick(key, 0, 2);
  const bool even = pick(key, 1, 2) == 0;
  bool beside_joint = false;
  for (int p = 0; p < parts; ++p) {
    const Key of = key.fold(2).fold(std::uint64_t(p));
    const Unit unit = number % 6 == 1 && p < 2 ? Unit(Counts{}) : kinds[(number + 3 * p + pick(of, 0, 2)) % 7];
    int depth = pick(of, 1, 3);
    const bool words = std::holds_alternative<Counts>(unit);
    if (words || std::holds_alternative<Gaussian>(unit)) depth = even ? 2 * pick(of, 2, 2) : 1;
    if (words && depth == 0 && std::exchange(beside_joint, true)) depth = 2;
    Pathway pathway{fmt::format("part{}", p), unit, group_size(unit) * (1 + pick(of, 3, 2)), {}};
    if (words) pathway.units = 2 + pick(of, 3, 2);
    for (int l = 0; l < depth; ++l) pathway.hidden.push_back(1 + pick(of.fold(4), std::uint64_t(l), 2));
    out.pathways.push_back(pathway);
  }
  out.joint = 1 + pick(key, 3, 3);
  out.classes = number % 3 == 0 ? 2 : 0;
  out.hidden = number % 4 == 3 ? Unit(Spin{}) : Unit(Bernoulli{});
  return out;
}

inline RandomPathways random_pathways(int number) {
  Key key = Key{41}.fold(std::uint64_t(number));
  while (true) {
    RandomPathways drawn = draw_pathways(number, key);
    if (listed_states(drawn.build()) <= kMostStates) return drawn;
    key = key.fold(1);
  }
}

inline EnergyModel random_machine(const RandomPathways& of, int number, double scale = 1) {
  EnergyModel model = of.build();
  randomise(model, scale, Key{42}.fold(std::uint64_t(number)));
  return model;
}

// A case: a value of every visible layer, documents of 0 to 3 words; hidden layers are empty.
inline Joint random_case(const EnergyModel& model, Key key) {
  Joint x(model.layers().size());
  for (LayerId id : model.ids(Role::visible)) {
    const Layer& layer = model.layer(id);
    if (is_real(layer)) {
      for (std::int64_t i = 0; i < layer.units; ++i)
        x[at(id)].push_back(double(normal(key.fold(1), std::uint32_t(id.index), std::uint32_t(i))));
      continue;
    }
    const auto all = values_of(layer, pick(key.fold(2), std::uint64_t(id.index), 4));
    x[at(id)] = all[std::size_t(pick(key.fold(3), std::uint64_t(id.index), int(all.size())))];
  }
  return x;
}

// The words of the documents of a case, one a layer.
inline std::vector<int> words_of(const EnergyModel& model, const Joint& x) {
  std::vector<int> words(x.size(), 0);
  for (LayerId id : model.ids())
    if (counts(model.layer(id)))
      for (double n : x[at(id)]) words[at(id)] += int(n);
  return words;
}

inline Joint without(Joint x, const std::vector<LayerId>& layers) {
  for (LayerId id : layers) x[at(id)].clear();
  return x;
}

// Cases in the visible layers, clamped; documents have their lengths.
inline State cases_in(Context& ctx, const EnergyModel& model, const std::vector<Joint>& rows) {
  State state = state_of(ctx, model, rows);
  for (LayerId id : model.ids(Role::visible)) state.clamp(id);
  return state;
}

// The distribution of what `known` leaves free: empty layers are. Real values that are free are at their means.
struct PathwaySum {
  std::vector<Joint> states;
  std::vector<double> p;
  double log_z = 0;

  PathwaySum(const EnergyModel& model, const Joint& known, const std::vector<int>& words) : states{{}} {
    for (LayerId id : model.ids()) {
      const Layer& layer = model.layer(id);
      std::vector<std::vector<double>> values{known[at(id)]};
      if (known[at(id)].empty() && !is_real(layer)) values = values_of(layer, words[at(id)]);
      if (known[at(id)].empty() && is_real(layer)) values[0].assign(std::size_t(layer.units), 0.0);
      std::vector<Joint> longer;
      for (const Joint& start : states)
        for (const auto& value : values) {
          longer.push_back(start);
          longer.back().push_back(value);
        }
      states = std::move(longer);
    }
    for (Joint& x : states) p.push_back(log_weight(model, known, x));
    const double top = *std::ranges::max_element(p);
    double sum = 0;
    for (double w : p) sum += std::exp(w - top);
    log_z = top + std::log(sum);
    for (double& w : p) w = std::exp(w - log_z);
  }

  template <class F> double mean(F&& f) const {
    double sum = 0;
    for (std::size_t s = 0; s < states.size(); ++s) sum += p[s] * f(states[s]);
    return sum;
  }

  // Independent draws: a state by inversion, then normals where `known` leaves real values free.
  std::vector<Joint> draw(const EnergyModel& model, const Joint& known, std::int64_t count, Key key) const {
    std::vector<double> cumulative;
    double sum = 0;
    for (double q : p) cumulative.push_back(sum += q);
    std::vector<Joint> drawn;
    for (std::int64_t r = 0; r < count; ++r) {
      const double u = (random_word(key.fold(0), std::uint32_t(r), 0) + 0.5) * 0x1p-32 * sum;
      const auto s = std::size_t(std::ranges::lower_bound(cumulative, u) - cumulative.begin());
      drawn.push_back(states[std::min(s, states.size() - 1)]);
      for (LayerId id : model.ids())
        if (is_real(model.layer(id)) && known[at(id)].empty())
          for (std::size_t i = 0; i < drawn.back()[at(id)].size(); ++i)
            drawn.back()[at(id)][i] += double(normal(key.fold(1 + at(id)), std::uint32_t(r), std::uint32_t(i)));
    }
    return drawn;
  }

 private:
  static double log_weight(const EnergyModel& model, const Joint& known, Joint& x) {
    double weight = log_measure_of(model, x) - energy_of(model, x);
    std::vector<std::pair<std::size_t, std::vector<double>>> means;
    for (LayerId id : model.ids()) {
      if (!is_real(model.layer(id))) continue;
      if (!known[at(id)].empty()) {
        for (double value : x[at(id)]) weight -= value * value / 2;
        continue;
      }
      std::vector<double> field;
      for (std::int64_t i = 0; i < model.layer(id).units; ++i) {
        field.push_back(plain_bias(model, id.index, i));
        for (const Connection& c : model.connections())
          if (c.lower == id)
            for (std::int64_t j = 0; j < c.weight.cols(); ++j)
              field.back() += c.weight.at(i, j) * x[at(c.upper)][std::size_t(j)];
        weight += field.back() * field.back() / 2 + std::log(2 * std::numbers::pi) / 2;
      }
      means.emplace_back(at(id), std::move(field));
    }
    for (auto& [layer, mean] : means) x[layer] = mean;
    return weight;
  }
};

// Parameters by the names of the layers: of two machines that share some.
inline void copy_by_name(const EnergyModel& from, EnergyModel& to) {
  for (LayerId id : to.ids()) {
    const Layer& source = from.layer(*from.find(to.layer(id).name));
    to.layer(id).bias = source.bias.clone();
    to.layer(id).offset = source.offset.clone();
  }
  for (Connection& link : to.connections())
    for (const Connection& c : from.connections())
      if (from.layer(c.lower).name == to.layer(link.lower).name &&
          from.layer(c.upper).name == to.layer(link.upper).name)
        link.weight = c.weight.clone();
}

}  // namespace deepboltz::testing
