// A machine on integers is an energy model whose weights are floats: its conditionals are those that the same weights
// have in double, whatever the states are and whatever the graph.
#include "deepboltz/model/quantised.h"

#include <cmath>

#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz {
namespace {

// Σ |w| of the weights into a unit bounds what its field's sum can lose to a rounding.
double largest_sum(const EnergyModel& model, LayerId layer) {
  double most = 0;
  for (const Connection& c : model.connections()) {
    if (c.lower != layer && c.upper != layer) continue;
    double all = 0;
    for (std::int64_t r = 0; r < c.weight.rows(); ++r)
      for (std::int64_t k = 0; k < c.weight.cols(); ++k) all += std::abs(c.weight.at(r, k));
    most += all;
  }
  return most;
}

class EveryGraph : public ::testing::TestWithParam<int> {};

TEST_P(EveryGraph, WeightsAreTheNearestMultiplesOfAStep) {
  Context ctx;
  const EnergyModel model = testing::random_graph(GetParam(), DType::f32);
  for (int bits : {16, 24}) {
    const EnergyModel integers = quantised(ctx, model, bits);
    for (std::size_t k = 0; k < model.connections().size(); ++k) {
      const Connection &given = model.connections()[k], &rounded = integers.connections()[k];
      ASSERT_TRUE(rounded.integers);
      const double step = rounded.integers->up.step();
      for (std::int64_t i = 0; i < given.weight.rows(); ++i)
        for (std::int64_t j = 0; j < given.weight.cols(); ++j) {
          EXPECT_EQ(rounded.weight.at(i, j), step * rounded.integers->up.at(i, j));
          EXPECT_LE(std::abs(rounded.weight.at(i, j) - given.weight.at(i, j)), step / 2);
        }
    }
  }
}

TEST_P(EveryGraph, FieldsAreThoseOfItsWeights) {
  Context ctx;
  const EnergyModel integers = quantised(ctx, testing::random_graph(GetParam(), DType::f32), 24);
  const EnergyModel exact = integers.to(DType::f64);
  ASSERT_TRUE(on_integers(integers));
  ASSERT_FALSE(on_integers(exact));
  State x = integers.make_state(ctx, 50);
  draw_base(ctx, integers, nullptr, Key{3}, x);
  State wide = exact.make_state(ctx, 50);
  for (LayerId id : integers.ids()) wide.layers[std::size_t(id.index)] = x.layers[std::size_t(id.index)].to(DType::f64);
  for (LayerId id : integers.ids()) {
    ScratchScope scope(ctx);
    const Field field = layer_field(ctx, scope, integers, id, {}, x),
                expected = layer_field(ctx, scope, exact, id, {}, wide);
    for (std::int64_t r = 0; r < 50; ++r)
      for (std::int64_t j = 0; j < integers.layer(id).units; ++j)
        EXPECT_NEAR(field.input.as<float>()(r, j), expected.input.as<double>()(r, j), 0x1p-22 * largest_sum(exact, id))
            << integers.layer(id).name;
  }
}

INSTANTIATE_TEST_SUITE_P(Random, EveryGraph, ::testing::Range(0, testing::kGraphs));

TEST(Quantised, GreyEvidenceIsSentAsItIs) {
  Context ctx;
  EnergyModel model = rbm(70, 33);
  initialise_weights(model, 0.5, Key{1});
  const EnergyModel integers = quantised(ctx, model, 24);
  State x = integers.make_state(ctx, 2);
  for (std::int64_t r = 0; r < 2; ++r)
    for (std::int64_t i = 0; i < 70; ++i) x.layers[0].set(r, i, r == 0 ? double(i % 2) : double(i) / 70);
  ScratchScope scope(ctx);
  const Field field = layer_field(ctx, scope, integers, LayerId{1}, {}, x);
  for (std::int64_t r = 0; r < 2; ++r)
    for (std::int64_t j = 0; j < 33; ++j) {
      double sum = 0;
      for (std::int64_t i = 0; i < 70; ++i) sum += x.layers[0].at(r, i) * integers.connections()[0].weight.at(i, j);
      EXPECT_NEAR(field.input.as<float>()(r, j), sum, 1e-5) << r << ' ' << j;
    }
}

TEST(Quantised, AChangedWeightIsNeverStale) {
  Context ctx;
  EnergyModel model = rbm(40, 30);
  initialise_weights(model, 0.5, Key{2});
  EnergyModel integers = quantised(ctx, model, 24);
  const EnergyModel copy = integers.clone();
  integers.connections()[0].weight.set(3, 5, 7.0);
  State x = integers.make_state(ctx, 1);
  x.layers[0].set(0, 3, 1.0);
  ScratchScope scope(ctx);
  EXPECT_EQ(layer_field(ctx, scope, integers, LayerId{1}, {}, x).input.as<float>()(0, 5), 7.0f);
  EXPECT_FALSE(on_integers(integers));
  EXPECT_TRUE(on_integers(copy));
  EXPECT_EQ(layer_field(ctx, scope, copy, LayerId{1}, {}, x).input.as<float>()(0, 5),
            float(copy.connections()[0].weight.at(3, 5)));
}

TEST(Quantised, OnlyFloatsHaveIntegers) {
  Context ctx;
  EXPECT_THROW(quantised(ctx, testing::random_graph(0, DType::f64), 24), InputError);
}

}  // namespace
}  // namespace deepboltz
