// Machines with a layer of counts, small enough to enumerate: every law of energies, samplers, estimators and gradients
// is held to them too.
#pragma once

#include "tests/model/brute_force.h"
#include "tests/model/random_graph.h"

#include "deepboltz/model/build.h"

namespace deepboltz::testing {

inline constexpr int kCountMachines = 24;

// The length of the documents that a machine is tried on: 1 to 4 words.
inline int length_of(int number) { return 1 + number % 4; }

// Counts of 2 to 4 words below, one or two layers of bits, spins, classes or trials beside them, and in every third
// machine a layer above those.
inline EnergyModel random_counts(int number, DType precision = DType::f64, Key key = {3}) {
  key = key.fold(std::uint64_t(number));
  EnergyModel model(precision);
  const Unit kinds[] = {Bernoulli{}, Bernoulli{}, Spin{}, Binomial{2}, Softmax{3}};
  const LayerId words = model.add("visible", Counts{}, 2 + pick(key, 0, 3), Role::visible);
  const auto add_beside = [&](const char* name, std::uint64_t which) {
    const Unit unit = kinds[pick(key.fold(1), which, 5)];
    const LayerId id = model.add(name, unit, group_size(unit) * (1 + pick(key.fold(2), which, 2)));
    if (pick(key.fold(3), which, 2) == 0)
      model.connect(words, id);
    else
      model.connect(id, words);
    return id;
  };
  const LayerId first = add_beside("first", 0);
  if (number % 2 == 0) add_beside("second", 1);
  if (number % 3 == 0) model.connect(first, model.add("above", Bernoulli{}, 2));
  randomise(model, 1, key.fold(4));
  return model;
}

// The machine of the golden vectors G4: W(k,j), b, a; with extra words that of G4b.
inline EnergyModel golden_counts(DType precision = DType::f64, std::int64_t extra = 0) {
  EnergyModel model = rbm(3, 2, {.precision = precision, .visible = Counts{extra}});
  const double w[3][2] = {{.5, -.3}, {-.2, .4}, {.1, -.6}}, b[3] = {.2, -.1, .3}, a[2] = {.1, -.2};
  for (int k = 0; k < 3; ++k) {
    model.layers()[0].bias.set(0, k, b[k]);
    for (int j = 0; j < 2; ++j) model.connections()[0].weight.set(k, j, w[k][j]);
  }
  for (int j = 0; j < 2; ++j) model.layers()[1].bias.set(0, j, a[j]);
  return model;
}

// Documents, clamped: a row of counts each.
inline State documents(Context& ctx, const EnergyModel& model, const std::vector<std::vector<double>>& rows) {
  State state = model.make_state(ctx, std::int64_t(rows.size()));
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t k = 0; k < rows[r].size(); ++k)
      state.layers[std::size_t(model.visible().index)].set(std::int64_t(r), std::int64_t(k), rows[r][k]);
  state.clamp(model.visible());
  take_documents(model, state);
  return state;
}

}  // namespace deepboltz::testing
