// Free energies of all classes at once, against the joint states and against one class clamped after the other.
#include "deepboltz/estimate/class_free_energies.h"

#include <cmath>

#include "tests/io/refusal.h"
#include "tests/model/brute_force.h"
#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/quantised.h"

namespace deepboltz::testing {
namespace {

// What class_free_energies says of the state, (classes, cases).
Tensor of_all_classes(Context& ctx, const EnergyModel& model, const State& state) {
  State cases = state.clone();
  Tensor out(DType::f64, model.layer(*model.find(Role::label)).units, state.cases);
  class_free_energies(ctx, model, cases, out.as<double>());
  return out;
}

// Machines of one block of hidden layers with a label, of every unit, in which the label hangs on what it can hang on.
EnergyModel labelled_machine(int number, DType precision) {
  const Key key = Key{9}.fold(std::uint64_t(number));
  const Unit kinds[] = {Bernoulli{}, Spin{}, Binomial{3}, Softmax{3}, Gaussian{}, Counts{}};
  const Unit below = kinds[number % 6], above = kinds[number / 6 % 5];
  EnergyModel model(precision);
  const LayerId v = model.add("visible", below, group_size(below) * 3, Role::visible);
  const LayerId y = model.add("label", Softmax{3}, 3, Role::label);
  const Unit first =
      std::holds_alternative<Gaussian>(above) && std::holds_alternative<Gaussian>(below) ? Spin{} : above;
  for (const Unit& unit : {first, kinds[pick(key, 0, 4)]}) {
    const LayerId h = model.add(fmt::format("hidden{}", model.layers().size()), unit, group_size(unit) * 2);
    pick(key, 1, 2) == 0 ? model.connect(v, h) : model.connect(h, v);
    pick(key, 2, 2) == 0 ? model.connect(y, h) : model.connect(h, y);
  }
  if (pick(key, 3, 2) == 0) model.connect(v, y);
  randomise(model, 0.5, key.fold(4));
  return model;
}

class EveryLabelledMachine : public ::testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(Units, EveryLabelledMachine, ::testing::Range(0, 30));

TEST_P(EveryLabelledMachine, EveryClassIsAsWhenClamped) {
  Context ctx(2);
  for (const DType precision : {DType::f64, DType::f32}) {
    const EnergyModel model = labelled_machine(GetParam(), precision);
    const LayerId label = *model.find(Role::label);
    constexpr std::int64_t kCases = 7;
    State state = model.make_state(ctx, kCases);
    Tensor& v = state.layers[std::size_t(model.visible().index)];
    const Unit& unit = model.layer(model.visible()).unit;
    for (std::int64_t r = 0; r < kCases; ++r)
      for (std::int64_t i = 0; i < v.cols(); i += group_size(unit))
        if (count_values(unit) > 0)
          set_value(unit, pick(Key{7}.fold(std::uint64_t(r)), std::uint64_t(i), int(count_values(unit))), r, i, v);
        else
          v.set(r, i, double((r + i) % 3 + 1));
    take_documents(model, state);
    const Tensor all = of_all_classes(ctx, model, state);
    for (std::int64_t y = 0; y < all.rows(); ++y) {
      for (std::int64_t r = 0; r < kCases; ++r)
        for (std::int64_t k = 0; k < 3; ++k) state.layers[std::size_t(label.index)].set(r, k, k == y ? 1 : 0);
      std::vector<double> clamped(std::size_t(kCases), 0.0);
      negative_free_energy(ctx, model, state, clamped);
      for (std::int64_t r = 0; r < kCases; ++r) {
        const double expected = clamped[std::size_t(r)];
        EXPECT_NEAR(all.at(y, r), expected, (precision == DType::f64 ? 1e-12 : 1e-5) * (1 + std::abs(expected)));
      }
    }
  }
}

class ClassFreeEnergies : public ::testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(Random, ClassFreeEnergies, ::testing::Range(0, kGraphs, 3));  // those with a label

TEST_P(ClassFreeEnergies, AreSumsOverTheHiddenStates) {
  Context ctx(1);
  const EnergyModel model = random_rbm(GetParam());
  const BruteForce exact(model);
  const std::vector<Joint> rows = exact.draw(5, Key{112}.fold(std::uint64_t(GetParam())));
  const Tensor all = of_all_classes(ctx, model, state_of(ctx, model, rows));
  const std::size_t visible = at(model.visible()), label = at(*model.find(Role::label));
  for (std::int64_t r = 0; r < all.cols(); ++r)
    for (std::int64_t y = 0; y < all.rows(); ++y)
      EXPECT_NEAR(all.at(y, r), exact.log_sum([&](const Joint& x) {
        return x[visible] == rows[std::size_t(r)][visible] && x[label][std::size_t(y)] == 1;
      }),
                  1e-11);
}

TEST(ClassFreeEnergiesOf, IntegersAreThoseOfIntegers) {
  Context ctx(1);
  EnergyModel model = rbm(70, 33, {.classes = 4});
  initialise_weights(model, 0.3, Key{5});
  model = quantised(ctx, model, 16);
  State state = model.make_state(ctx, 3);
  for (std::int64_t i = 0; i < 70; ++i) state.layers[0].set(i % 3, i, 1);
  const Tensor all = of_all_classes(ctx, model, state);
  std::vector<double> clamped(3, 0.0);
  for (std::int64_t r = 0; r < 3; ++r) state.layers[at(*model.find(Role::label))].set(r, 2, 1);
  negative_free_energy(ctx, model, state, clamped);
  for (std::int64_t r = 0; r < 3; ++r) EXPECT_NEAR(all.at(2, r), clamped[std::size_t(r)], 1e-3);
}

TEST(ClassFreeEnergiesOf, OtherModelsAreRefused) {
  Context ctx(1);
  const auto refused = [&](const EnergyModel& model) {
    State state = model.make_state(ctx, 2);
    Tensor out(DType::f64, 3, 2);
    return refusal([&] { class_free_energies(ctx, model, state, out.as<double>()); });
  };
  const std::int64_t two[] = {3, 2};
  EXPECT_NE(refused(rbm(4, 2)).find("no label layer"), std::string::npos);
  EXPECT_NE(refused(dbm(4, two, {.classes = 3})).find("one block"), std::string::npos);
  EXPECT_NE(refused(rbm(4, 2, {.classes = 3, .hidden = Relu{}})).find("no normaliser"), std::string::npos);
}

}  // namespace
}  // namespace deepboltz::testing
