#include "deepboltz/stack/belief_net.h"

#include "tests/stack/belief_net_brute_force.h"
#include "tests/stack/toy_network.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/stack/belief_net_passes.h"
#include "deepboltz/stack/greedy_belief_net.h"

namespace deepboltz::testing {
namespace {

std::string refusal(const BeliefNet& net) {
  try {
    require_consistent(net);
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

TEST(BeliefNet, RefusesPartsThatDoNotFitByName) {
  const auto broken = [](auto&& damage) {
    BeliefNet net = golden_s3(DType::f64);
    damage(net);
    return refusal(net);
  };
  using ::testing::HasSubstr;
  EXPECT_EQ(broken([](BeliefNet&) {}), "");
  EXPECT_THAT(broken([](BeliefNet& n) { n.layers.clear(); }), HasSubstr("no directed layer"));
  EXPECT_THAT(broken([](BeliefNet& n) { n.layers[0].recognition.weight = Tensor(DType::f64, 4, 2); }),
              HasSubstr("layer 'hidden1': the generative weight is 2 × 3, but the recognition weight 4 × 2"));
  EXPECT_THAT(broken([](BeliefNet& n) { n.layers[1].generative.bias = Tensor(DType::f64, 1, 3); }),
              HasSubstr("layer 'hidden2': the generative map has 2 units, but its bias is 1 × 3"));
  EXPECT_THAT(broken([](BeliefNet& n) { n.layers[1].generative.unit = Spin{}; }),
              HasSubstr("layer 'hidden1' has 2 units of bernoulli, but 2 of spin stand over it"));
  EXPECT_THAT(broken([](BeliefNet& n) { n.layers[1].recognition.unit = Counts{}; }),
              HasSubstr("layer 'hidden2': only the bottom layer may count"));
  EXPECT_THAT(broken([](BeliefNet& n) { n.layers[0].generative.unit = Softmax{2}; }),
              HasSubstr("3 numbers are no whole units of softmax:2"));
  EXPECT_THAT(broken([](BeliefNet& n) { n.layers[0].generative.unit = Counts{2}; }), HasSubstr("no extra words"));
  EXPECT_THAT(broken([](BeliefNet& n) { n.layers[0].generative.bias = Tensor(DType::f32, 1, 3); }),
              HasSubstr("layer 'hidden1': expected f64"));
  EXPECT_THAT(broken([](BeliefNet& n) { n.top = rbm(3, 2, {.precision = DType::f64}); }),
              HasSubstr("layer 'hidden2' has 2 units of bernoulli, but 3 of bernoulli stand over it"));
  EXPECT_THAT(broken([](BeliefNet& n) {
                n.top = dbm(2, {3, 2}, {.precision = DType::f64});
              }),
              HasSubstr("expected an RBM as its top"));
  EXPECT_THAT(broken([](BeliefNet& n) { n.top.layers()[0].offset = Tensor(DType::f64, 1, 2); }),
              HasSubstr("'visible' of the top has offsets"));
}

TEST(BeliefNet, ComesApartAndTogetherWithTheSameParameters) {
  BeliefNet net = golden_s3(DType::f32), copy = net.clone();
  const Tensor* first = &net.layers[0].recognition.weight;
  const std::byte* place = first->data();
  BeliefNetParts parts = parts_of(std::move(net));
  EXPECT_EQ(parts.up.layers[0].name, "hidden1");
  EXPECT_EQ(parts.down.layers[0].name, "hidden1");
  EXPECT_EQ(parts.down.layers[1].name, "visible");
  require_consistent(parts.up, {3});
  require_consistent(parts.down, {2});
  BeliefNet again = belief_net_of(std::move(parts));
  EXPECT_EQ(again.layers[0].recognition.weight.data(), place);  // moved, not copied
  const auto before = named_parameters(copy), after = named_parameters(again);
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i].first, after[i].first);
    EXPECT_TRUE(toy::same_bits(ConstMatrix(before[i].second), ConstMatrix(after[i].second))) << before[i].first;
  }
}

// Every layer of a pass has the fields that scalar loops give, and means come from means.
TEST(BeliefNet, FieldsAreThoseOfScalarLoops) {
  Context ctx;
  for (int number = 0; number < kNets; ++number) {
    const BeliefNet net = random_belief_net(number);
    require_consistent(net);
    for (const DirectedLayer& layer : net.layers) {
      ScratchScope scope(ctx);
      EnergyModel ends(DType::f64);
      ends.add("below", layer.generative.unit, layer.below());
      ends.add("above", layer.recognition.unit, layer.above());
      auto below = values_of(ends.layers()[0], kLength);
      if (below.size() < 2) below = {Values(std::size_t(layer.below()), 0.3), Values(std::size_t(layer.below()), -2)};
      const auto above = values_of(ends.layers()[1]);
      const Tensor lower = rows_of(below, DType::f64), upper = rows_of(above, DType::f64);
      const std::vector<double> lengths(above.size(), kLength);
      const Field up = field_above(ctx, scope, layer, lower), down = field_below(ctx, scope, layer, upper, lengths);
      const double votes = std::holds_alternative<Counts>(layer.generative.unit) ? kLength : 1;
      const auto expect_equal = [&](const Field& field, std::int64_t row, const Values& expected) {
        for (std::size_t u = 0; u < expected.size(); ++u)
          EXPECT_NEAR(field.input.as<double>()(row, std::int64_t(u)) + field.bias.as<double>()(0, std::int64_t(u)),
                      expected[u], 1e-12);
      };
      for (std::size_t r = 0; r < below.size(); ++r)
        expect_equal(up, std::int64_t(r), plain_field(layer.recognition, below[r], votes));
      for (std::size_t r = 0; r < above.size(); ++r)
        expect_equal(down, std::int64_t(r), plain_field(layer.generative, above[r]));
    }
  }
}

TEST(BeliefNet, DocumentsWithoutLengthsAreRefused) {
  Context ctx;
  ScratchScope scope(ctx);
  const BeliefNet net = random_belief_net(5);
  const Tensor above(DType::f64, 2, net.layers[0].above());
  EXPECT_THROW(field_below(ctx, scope, net.layers[0], above, {}), InputError);
}

class GoldenBeliefNet : public ::testing::TestWithParam<DType> {
 protected:
  double near = GetParam() == DType::f64 ? 6e-13 : 1e-4;
  Context ctx;
};
INSTANTIATE_TEST_SUITE_P(Precision, GoldenBeliefNet, ::testing::Values(DType::f64, DType::f32),
                         [](const auto& param) { return std::string(name_of(param.param)); });

TEST_P(GoldenBeliefNet, S1RecognitionMeans) {
  const BeliefNet net = golden_s1(GetParam());
  ScratchScope scope(ctx);
  Tensor bottom = rows_of({{1, 0, 1}}, GetParam());
  Tensor means(GetParam(), 1, 2);
  pass_up_means(ctx, net, std::vector<Matrix>{bottom, means});
  EXPECT_NEAR(means.at(0, 0), 0.658724227458, near);
  EXPECT_NEAR(means.at(0, 1), 0.374028404322, near);
}

// Stages with offsets and labels become maps in ordinary biases, both ways tied.
TEST(GreedyBeliefNet, HasTheConditionalsOfItsStages) {
  Context ctx;
  std::vector<EnergyModel> stages;
  stages.push_back(rbm(4, 3, {.precision = DType::f64, .visible = Gaussian{}}));
  stages.push_back(rbm(3, 5, {.precision = DType::f64}));
  stages.push_back(rbm(5, 2, {.precision = DType::f64, .classes = 3}));
  for (std::size_t s = 0; s < stages.size(); ++s) {
    randomise(stages[s], 1, Key{5}.fold(s));
    for (Layer& layer : stages[s].layers()) {
      layer.offset = Tensor(DType::f64, 1, layer.units);
      fill_normal(layer.offset, 0.5, Key{6}.fold(s));
    }
  }
  const BeliefNet net = belief_net_from_stages(ctx, stages);
  ASSERT_EQ(net.layers.size(), 2u);
  for (std::size_t s = 0; s < 2; ++s) {
    EXPECT_EQ(net.layers[s].name, fmt::format("hidden{}", s + 1));
    for (std::int64_t i = 0; i < net.layers[s].below(); ++i) {
      EXPECT_NEAR(net.layers[s].generative.bias.at(0, i), plain_bias(stages[s], 0, i), 1e-12);
      for (std::int64_t j = 0; j < net.layers[s].above(); ++j) {
        EXPECT_EQ(net.layers[s].generative.weight.at(j, i), stages[s].connections()[0].weight.at(i, j));
        EXPECT_EQ(net.layers[s].recognition.weight.at(i, j), stages[s].connections()[0].weight.at(i, j));
      }
    }
    for (std::int64_t j = 0; j < net.layers[s].above(); ++j)
      EXPECT_NEAR(net.layers[s].recognition.bias.at(0, j), plain_bias(stages[s], 1, j), 1e-12);
  }
  for (int l = 0; l < 3; ++l)
    for (std::int64_t u = 0; u < net.top.layers()[std::size_t(l)].units; ++u)
      EXPECT_NEAR(net.top.layers()[std::size_t(l)].bias.at(0, u), plain_bias(stages[2], l, u), 1e-12);
}

TEST(GreedyBeliefNet, RefusesStagesThatDoNotFit) {
  Context ctx;
  const auto refused = [&](std::vector<EnergyModel> stages) {
    try {
      belief_net_from_stages(ctx, stages);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const auto two = [](EnergyModel a, EnergyModel b) {
    std::vector<EnergyModel> stages;
    stages.push_back(std::move(a));
    stages.push_back(std::move(b));
    return stages;
  };
  using ::testing::HasSubstr;
  EXPECT_EQ(refused(two(rbm(4, 3), rbm(3, 2))), "");
  EXPECT_THAT(refused({}), HasSubstr("expected at least two stages, got 0"));
  EXPECT_THAT(refused(two(rbm(4, 3), rbm(2, 2))), HasSubstr("'hidden1' has 3 units"));
  EXPECT_THAT(refused(two(rbm(4, 3, {.classes = 2}), rbm(3, 2))), HasSubstr("but stage 1 has"));
  EnergyModel factors = rbm(4, 3);
  factors.connections()[0].up = 2;
  EXPECT_THAT(refused(two(std::move(factors), rbm(3, 2))), HasSubstr("pretraining factors"));
}

TEST(GreedyBeliefNet, OnlyMachinesOfTheSameShapeUpsideDownStartTied) {
  Context ctx;
  const EnergyModel below = rbm(4, 3, {.visible = Gaussian{}});
  EXPECT_TRUE(can_start_tied(below, rbm(3, 4, {.hidden = Gaussian{}})));
  EXPECT_FALSE(can_start_tied(below, rbm(3, 4)));
  EXPECT_FALSE(can_start_tied(below, rbm(3, 5, {.hidden = Gaussian{}})));
  EXPECT_FALSE(can_start_tied(rbm(4, 3, {.visible = Counts{}}), rbm(3, 4, {.hidden = Counts{}})));
  EnergyModel wide = rbm(3, 5);
  EXPECT_THROW(start_tied(ctx, below, wide), InputError);
}

}  // namespace
}  // namespace deepboltz::testing
