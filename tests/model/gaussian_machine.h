// Random machines with one real-valued layer, small enough that the states of the others are a list: given each of them
// the real values are independent normals, so the whole is a mixture, computed here without the library.
#pragma once

#include <numbers>

#include "tests/model/brute_force.h"
#include "tests/model/random_graph.h"

#include "deepboltz/model/build.h"

namespace deepboltz::testing {

inline constexpr int kGaussianMachines = 30;

// layer0 is real-valued and visible, beside one or two hidden layers of other units; in every third machine a further
// hidden layer lies behind the first.
inline EnergyModel gaussian_machine(int number, DType precision = DType::f64) {
  const Key key = Key{31}.fold(std::uint64_t(number));
  EnergyModel model(precision);
  model.add("layer0", Gaussian{}, 1 + pick(key, 0, 3), Role::visible);
  const Unit kinds[] = {Bernoulli{}, Spin{}, Softmax{3}, Binomial{2}};
  for (int l = 1; l <= 1 + number % 2; ++l) {
    const Unit unit = kinds[pick(key.fold(1), std::uint64_t(l), 4)];
    model.add(fmt::format("layer{}", l), unit, group_size(unit) * (1 + pick(key.fold(2), std::uint64_t(l), 2)));
    model.connect({0}, {l});
  }
  if (number % 3 == 0) model.connect({1}, model.add("deep", Bernoulli{}, 2));
  randomise(model, 1, key.fold(3));
  return model;
}

// p(x) = Σ over the states of the other layers of p·N(x; mean, 1)
class Mixture {
 public:
  explicit Mixture(const EnergyModel& model) {
    const std::int64_t units = model.layers()[0].units;
    for (Joint x : others(model)) {
      x[0].assign(std::size_t(units), 0.0);
      std::vector<double> field(x[0].size());
      for (std::int64_t i = 0; i < units; ++i) {
        field[std::size_t(i)] = plain_bias(model, 0, i);
        for (const Connection& c : model.connections())
          if (c.lower.index == 0)
            for (std::int64_t j = 0; j < c.weight.cols(); ++j)
              field[std::size_t(i)] += c.weight.at(i, j) * x[at(c.upper)][std::size_t(j)];
      }
      double weight = log_measure_of(model, x) - energy_of(model, x);
      for (double f : field) weight += f * f / 2 + std::log(2 * std::numbers::pi) / 2;
      p.push_back(weight);
      mean.push_back(std::move(field));
      states.push_back(std::move(x));
    }
    const double top = *std::ranges::max_element(p);
    double sum = 0;
    for (double w : p) sum += std::exp(w - top);
    log_z = top + std::log(sum);
    for (double& w : p) w = std::exp(w - log_z);
  }

  double log_density(const std::vector<double>& x) const {
    double sum = 0;
    for (std::size_t s = 0; s < p.size(); ++s) {
      double distance = 0;
      for (std::size_t i = 0; i < x.size(); ++i) distance += (x[i] - mean[s][i]) * (x[i] - mean[s][i]);
      sum += p[s] * std::exp(-distance / 2);
    }
    return std::log(sum) - double(x.size()) * std::log(2 * std::numbers::pi) / 2;
  }

  // Independent draws of all layers: a component by inversion, then its normals.
  State draw(Context& ctx, const EnergyModel& model, std::int64_t count, Key key) const {
    std::vector<Joint> rows;
    for (std::int64_t r = 0; r < count; ++r) {
      double u = (random_word(key.fold(0), std::uint32_t(r), 0) + 0.5) * 0x1p-32;
      std::size_t s = 0;
      while (s + 1 < p.size() && u >= p[s]) u -= p[s++];
      rows.push_back(states[s]);
      for (std::size_t i = 0; i < mean[s].size(); ++i)
        rows.back()[0][i] = mean[s][i] + normal(key.fold(1), std::uint32_t(r), std::uint32_t(i));
    }
    return state_of(ctx, model, rows);
  }

  std::vector<Joint> states;  // x of layer 0: zeros
  std::vector<double> p;
  std::vector<std::vector<double>> mean;
  double log_z = 0;

 private:
  static std::vector<Joint> others(const EnergyModel& model) {
    std::vector<Joint> all{{{}}};
    for (std::size_t l = 1; l < model.layers().size(); ++l) {
      std::vector<Joint> longer;
      for (const Joint& start : all)
        for (const auto& value : values_of(model.layers()[l])) {
          longer.push_back(start);
          longer.back().push_back(value);
        }
      all = std::move(longer);
    }
    return all;
  }
};

}  // namespace deepboltz::testing
