// Building graphs: what is refused, the builders of the field's models, base rates, and relabelling.
#include "tests/model/brute_force.h"
#include "tests/model/golden.h"
#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/base/numeric.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/parameters.h"

namespace deepboltz::testing {
namespace {

TEST(Construction, RefusesWhatIsNoLayer) {
  EnergyModel model;
  model.add("pixels", Bernoulli{}, 4);
  EXPECT_THROW(model.add("pixels", Bernoulli{}, 4), InputError);
  EXPECT_THROW(model.add("", Bernoulli{}, 4), InputError);
  EXPECT_THROW(model.add("two words", Bernoulli{}, 4), InputError);
  EXPECT_THROW(model.add("a/b", Bernoulli{}, 4), InputError);
  EXPECT_THROW(model.add("empty", Bernoulli{}, 0), InputError);
  EXPECT_THROW(model.add("label", Softmax{3}, 4), InputError);
  EXPECT_THROW(model.add("label", Softmax{0}, 4), InputError);
  EXPECT_EQ(model.layers().size(), 1u);
}

TEST(Construction, RefusesWhatIsNoConnection) {
  EnergyModel model;
  const LayerId v = model.add("v", Bernoulli{}, 4), h = model.add("h", Bernoulli{}, 3);
  EXPECT_THROW(model.connect(v, v), InputError);
  EXPECT_THROW(model.connect(v, {2}), InputError);
  EXPECT_THROW(model.connect({-1}, h), InputError);
  EXPECT_THROW(model.connect(v, h, Tensor(DType::f32, 3, 4)), InputError);
  EXPECT_EQ(model.connect(v, h), 0);
  EXPECT_THROW(model.connect(v, h), InputError);
  EXPECT_THROW(model.connect(h, v), InputError);
  EXPECT_THROW(model.visible(), InputError);
  Context ctx;
  EXPECT_THROW(model.make_state(ctx, 0), InputError);
}

TEST(Construction, BuildersJoinNeighbouringLayersAndPutTheLabelOnTop) {
  const EnergyModel model = dbm(7, std::array<std::int64_t, 3>{5, 4, 3}, {.classes = 10});
  ASSERT_EQ(model.layers().size(), 5u);
  EXPECT_EQ(model.layer(model.visible()).units, 7);
  EXPECT_EQ(model.layer(*model.find(Role::label)).unit, Unit(Softmax{10}));
  ASSERT_EQ(model.connections().size(), 4u);
  for (int l = 0; l < 3; ++l) {
    EXPECT_EQ(model.connections()[std::size_t(l)].lower, LayerId{l});
    EXPECT_EQ(model.connections()[std::size_t(l)].upper, LayerId{l + 1});
  }
  EXPECT_EQ(model.connections()[3].lower, *model.find("label"));
  EXPECT_EQ(model.connections()[3].upper, *model.find("hidden3"));
  EXPECT_EQ(model.blocks(), 2);  // (visible, hidden2, label) | (hidden1, hidden3)
  EXPECT_EQ(model.block(model.visible()), model.block(*model.find("hidden2")));
  EXPECT_EQ(model.block(model.visible()), model.block(*model.find("label")));
  EXPECT_FALSE(model.hidden_is_one_block());
  EXPECT_EQ(model.parameters(), 7 + 5 + 4 + 3 + 10 + 35 + 20 + 12 + 30);
  EXPECT_TRUE(rbm(7, 5, {.classes = 3}).hidden_is_one_block());
  EXPECT_THROW(dbm(7, {}), InputError);
  EXPECT_THROW(rbm(0, 5), InputError);
}

TEST(Construction, WeightsAreNormalWithTheGivenScale) {
  EnergyModel model = dbm(60, std::array<std::int64_t, 2>{50, 50});
  initialise_weights(model, 0.01, {3});
  for (const Connection& c : model.connections()) {
    const double count = double(c.weight.rows() * c.weight.cols());
    double sum = 0, squares = 0;
    for (std::int64_t i = 0; i < c.weight.rows(); ++i)
      for (std::int64_t j = 0; j < c.weight.cols(); ++j) {
        sum += c.weight.at(i, j) / 0.01;
        squares += c.weight.at(i, j) * c.weight.at(i, j) / 1e-4;
      }
    EXPECT_LT(std::abs(sum / count), 5 / std::sqrt(count));
    EXPECT_LT(std::abs(squares / count - 1), 5 * std::sqrt(2 / count));
  }
  EXPECT_NE(model.connections()[0].weight.at(0, 0), model.connections()[1].weight.at(0, 0));  // no shared key
}

TEST(BaseRates, AreTheLogitsOfMeansWithHalfCasesAdded) {
  Tensor means(DType::f64, 1, 4), out(DType::f64, 1, 4);
  const double values[4] = {0, 0.25, 0.5, 1};
  for (int i = 0; i < 4; ++i) means.set(0, i, values[i]);
  base_rate_fields(Bernoulli{}, means, 100, 5, out);
  for (int i = 0; i < 4; ++i) {
    const double p = (100 * values[i] + 5) / 110;
    EXPECT_NEAR(out.at(0, i), std::log(p / (1 - p)), 1e-14);
    EXPECT_NEAR(logistic(out.at(0, i)), p, 1e-14);
  }
  EXPECT_THROW(base_rate_fields(Bernoulli{}, means, 100, 0, out), InputError);
}

// Of many cases and a small prior, the field whose mean is the mean.
TEST(BaseRates, GiveEveryUnitItsMeanBack) {
  Context ctx;
  for (const Unit& unit : {Unit(Bernoulli{}), Unit(Spin{}), Unit(Binomial{4}), Unit(Softmax{3})}) {
    Tensor means(DType::f64, 1, 3), fields(DType::f64, 1, 3), again(DType::f64, 1, 3);
    const double shares[3] = {0.2, 0.5, 0.3};
    for (int i = 0; i < 3; ++i) {
      const auto values = std::visit(ValuesOfAUnit{}, unit);
      const double low = group_size(unit) > 1 ? 0 : values.front()[0],
                   high = group_size(unit) > 1 ? 1 : values.back()[0];
      means.set(0, i, low + shares[i] * (high - low));
    }
    base_rate_fields(unit, means, 1e6, 1e-6, fields);
    unit_mean(ctx, unit, {.input = {}, .bias = fields, .beta = {}, .base = {}, .cases = 1}, {}, again);
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(again.at(0, i), means.at(0, i), 1e-11) << word_of(unit);
  }
}

// The same machine, its layers added and its connections made in another order and direction.
TEST(Relabelling, TheOrderOfLayersDoesNotMatter) {
  Context ctx;
  for (int graph = 0; graph < kGraphs; ++graph) {
    const EnergyModel model = random_graph(graph);
    const auto order = permutation(Key{5}.fold(std::uint64_t(graph)), std::uint32_t(model.layers().size()));
    EnergyModel shuffled(model.precision());
    std::vector<LayerId> now(order.size());
    for (std::uint32_t old : order) {
      const Layer& layer = model.layers()[old];
      now[old] = shuffled.add(layer.name, layer.unit, layer.units, layer.role);
      shuffled.layer(now[old]).bias = layer.bias.clone();
      shuffled.layer(now[old]).offset = layer.offset.clone();
    }
    for (auto c = model.connections().rbegin(); c != model.connections().rend(); ++c) {
      Tensor turned(model.precision(), c->weight.cols(), c->weight.rows());
      for (std::int64_t i = 0; i < turned.rows(); ++i)
        for (std::int64_t j = 0; j < turned.cols(); ++j) turned.set(i, j, c->weight.at(j, i));
      shuffled.connect(now[at(c->upper)], now[at(c->lower)], std::move(turned));
    }

    std::vector<Joint> states = BruteForce(model).draw(20, Key{6}), moved(states.size(), Joint(order.size()));
    for (std::size_t s = 0; s < states.size(); ++s)
      for (std::size_t l = 0; l < order.size(); ++l) moved[s][at(now[l])] = states[s][l];
    const State before = state_of(ctx, model, states), after = state_of(ctx, shuffled, moved);
    std::vector<double> here(states.size()), there(states.size());
    model.energy(ctx, before, here);
    shuffled.energy(ctx, after, there);
    for (std::size_t s = 0; s < states.size(); ++s) EXPECT_NEAR(here[s], there[s], 1e-12);
    for (LayerId id : model.ids()) {
      Tensor mean(model.precision(), 20, model.layer(id).units), other = mean.clone();
      mean_layer(ctx, model, id, before, {}, mean);
      mean_layer(ctx, shuffled, now[at(id)], after, {}, other);
      for (std::int64_t u = 0; u < mean.cols(); ++u) EXPECT_NEAR(mean.at(0, u), other.at(0, u), 1e-12);
    }
  }
}

TEST(Parameters, AreZeroAndOfTheModelsShapes) {
  const EnergyModel model = random_graph(3);
  const Parameters zero = zero_parameters(model), copy = zero.clone();
  ASSERT_EQ(copy.bias.size(), model.layers().size());
  ASSERT_EQ(copy.weight.size(), model.connections().size());
  for (std::size_t l = 0; l < copy.bias.size(); ++l) EXPECT_EQ(copy.bias[l].cols(), model.layers()[l].units);
  for (std::size_t c = 0; c < copy.weight.size(); ++c) {
    EXPECT_EQ(copy.weight[c].rows(), model.connections()[c].weight.rows());
    EXPECT_EQ(copy.weight[c].cols(), model.connections()[c].weight.cols());
    EXPECT_EQ(copy.weight[c].at(0, 0), 0);
  }
}

}  // namespace
}  // namespace deepboltz::testing
