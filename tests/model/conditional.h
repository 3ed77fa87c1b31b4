// Random graphs with a condition, small enough to enumerate the rest.
#pragma once

#include "tests/model/brute_force.h"
#include "tests/model/random_graph.h"

namespace deepboltz::testing {

inline constexpr int kConditionals = 30;

// A random graph, and a condition of any unit connected to its first layer and to another. Its bias is zero.
inline EnergyModel random_conditional(int number, DType precision = DType::f64) {
  const Key key = Key{11}.fold(std::uint64_t(number));
  EnergyModel model = random_graph(number, precision);
  const Unit kinds[] = {Bernoulli{}, Spin{}, Binomial{3}, Softmax{3}, Gaussian{}};
  const Unit unit = kinds[number % 5];
  const LayerId given = model.add("given", unit, group_size(unit) * 2, Role::condition);
  const int last = int(model.layers().size()) - 2;
  model.connect(given, {0});
  if (pick(key, 0, 2) == 0) model.connect({last}, given);
  randomise(model, 0.7, key.fold(1));
  fill_normal(model.layer(given).bias, 0, key);
  return model;
}

inline LayerId condition_of(const EnergyModel& model) { return *model.find(Role::condition); }

// A value of the condition, another for every number.
inline std::vector<double> random_condition(const EnergyModel& model, int number) {
  const Variable& given = model.variable(condition_of(model));
  const Key key = Key{12}.fold(std::uint64_t(number));
  if (std::holds_alternative<Gaussian>(given.unit)) {
    std::vector<double> value;
    for (std::int64_t u = 0; u < given.units; ++u) value.push_back(double(normal(key, 0, std::uint32_t(u))));
    return value;
  }
  const auto all = values_of(model.layer(condition_of(model)));
  return all[std::size_t(pick(key, 1, int(all.size())))];
}

// The distribution of the other layers given that value: no log ν of the condition is in it.
struct GivenCondition {
  std::vector<Joint> states;
  std::vector<double> p;
  double log_z = 0;

  GivenCondition(const EnergyModel& model, const std::vector<double>& value) {
    const std::size_t given = at(condition_of(model));
    states = {{}};
    for (std::size_t l = 0; l < model.layers().size(); ++l) {
      std::vector<Joint> longer;
      for (const Joint& start : states)
        for (const auto& x : l == given ? std::vector<std::vector<double>>{value} : values_of(model.layers()[l])) {
          longer.push_back(start);
          longer.back().push_back(x);
        }
      states = std::move(longer);
    }
    double sum = 0;
    for (const Joint& x : states) {
      Joint measured = x;
      for (double& c : measured[given]) c = 0;
      p.push_back(std::exp(log_measure_of(model, measured) - energy_of(model, x)));
      sum += p.back();
    }
    log_z = std::log(sum);
    for (double& q : p) q /= sum;
  }

  template <class F> double mean(F&& f) const {
    double sum = 0;
    for (std::size_t s = 0; s < states.size(); ++s) sum += p[s] * f(states[s]);
    return sum;
  }
  std::vector<Joint> draw(std::int64_t count, Key key) const {
    std::vector<double> cumulative;
    double sum = 0;
    for (double q : p) cumulative.push_back(sum += q);
    std::vector<Joint> drawn;
    for (std::int64_t r = 0; r < count; ++r) {
      const double u = (random_word(key, std::uint32_t(r), 0) + 0.5) * 0x1p-32 * sum;
      const auto s = std::size_t(std::ranges::lower_bound(cumulative, u) - cumulative.begin());
      drawn.push_back(states[std::min(s, states.size() - 1)]);
    }
    return drawn;
  }
};

}  // namespace deepboltz::testing
