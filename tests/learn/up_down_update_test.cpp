// What one update of up–down looks at and what it computes, before anything moves.
#include <map>

#include "tests/sample/histogram.h"
#include "tests/stack/belief_net_brute_force.h"
#include "tests/stack/toy_network.h"
#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/log_probability.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/up_down.h"
#include "deepboltz/model/field.h"
#include "deepboltz/stack/belief_net_passes.h"

namespace deepboltz::testing {
namespace {

void set(Matrix to, const std::vector<Values>& rows) {
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t c = 0; c < rows[r].size(); ++c)
      visit_real(to.dtype, [&](auto real) {
        to.as<decltype(real)>()(std::int64_t(r), std::int64_t(c)) = decltype(real)(rows[r][c]);
      });
}

class GoldenUpDown : public ::testing::TestWithParam<DType> {
 protected:
  double near = GetParam() == DType::f64 ? 6e-13 : 1e-4;
  Context ctx;
};
INSTANTIATE_TEST_SUITE_P(Precision, GoldenUpDown, ::testing::Values(DType::f64, DType::f32),
                         [](const auto& param) { return std::string(name_of(param.param)); });

// One update from the draws that the golden vector gives.
TEST_P(GoldenUpDown, S3) {
  BeliefNet net = golden_s3(GetParam());
  const LayerId pen = net.top.visible(), top = *net.top.find(Role::hidden), label = *net.top.find(Role::label);
  UpDownStates states = make_up_down_states(ctx, net, 1);
  set(states.wake[0], {{1, 0, 1}});
  set(states.wake[1], {{1, 0}});
  set(states.positive.x(pen), {{0, 1}});
  set(states.positive.x(label), {{0, 1}});
  set(states.positive.x(top), {{1, 0, 1}});
  set(states.negative.x(pen), {{1, 1}});
  set(states.negative.x(top), {{1, 0, 1}});  // the label's probabilities are those given the first top
  mean_layer(ctx, net.top, label, states.negative, {}, states.negative.x(label));
  set(states.negative.x(top), {{0, 1, 1}});
  set(states.sleep[1], {{0, 1}});
  set(states.sleep[0], {{.443023137200, .549273632530, .477992650875}});
  EXPECT_NEAR(states.negative.layers[std::size_t(label.index)].at(0, 0), .344427040736, near);

  BeliefNetParameters gradient = zero_parameters(net);
  up_down_gradient(ctx, net, states, gradient);
  const auto parameters = named_parameters(net);
  const auto steps = gradient.views();
  ASSERT_EQ(parameters.size(), steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) scale_add(ctx, 0.1, steps[i], 1, parameters[i].second);

  const std::map<std::string, std::vector<Values>> expected{
      {"hidden1.generative.weight",
       {{.482298575228, -.408507424858, .357451602435}, {-.128901702982, .197736305890, -.288086308932}}},
      {"hidden1.generative.bias", {{-.058436917176, -.040912223321, .237281239807}}},
      {"hidden2.generative.weight", {{-.291302785583, -.726653587013}, {-.364440413947, .177679373878}}},
      {"hidden2.generative.bias", {{.206738223585, -.104542995338}}},
      {"top.visible.hidden1.weight",
       {{.056448003224, .295743298649, .068066814731}, {-.283569709865, -.317608444356, .260115136063}}},
      {"top.label.hidden1.weight",
       {{.270151152934, -.242516122347, -.529438952374}, {.241831092732, .414527847399, .411393831245}}},
      {"top.visible.bias", {{-.3, .1}}},
      {"top.label.bias", {{.015557295926, -.015557295926}}},
      {"top.hidden1.bias", {{0, .1, 0}}},
      {"hidden2.recognition.weight", {{-.261302785583, -.487250309503}, {-.612752932834, .219592136292}}},
      {"hidden2.recognition.bias", {{.164032745610, .240637915094}}},
      {"hidden1.recognition.weight",
       {{.396043654035, -.157143363289}, {-.366941394665, .236606107890}, {.347317310922, -.199630208095}}},
      {"hidden1.recognition.bias", {{-.005734873183, -.094386798382}}}};
  EXPECT_EQ(parameters.size(), expected.size());
  for (const auto& [name, parameter] : parameters) {
    ASSERT_TRUE(expected.contains(name)) << name;
    const auto& rows = expected.at(name);
    for (std::int64_t r = 0; r < parameter.rows; ++r)
      for (std::int64_t c = 0; c < parameter.cols; ++c)
        EXPECT_NEAR(toy::number(parameter, r, c), rows[std::size_t(r)][std::size_t(c)], near) << name;
  }
}

// States of a random net at cases drawn from its own bottom, all drawn as an update draws them.
struct Drawn {
  BeliefNet net;
  UpDownStates states;
  std::vector<double> lengths;
};

Drawn drawn(Context& ctx, int number, std::int64_t cases, int sweeps = 2) {
  Drawn out{random_belief_net(number), {}, {}};
  BeliefNet& net = out.net;
  out.states = make_up_down_states(ctx, net, cases);
  if (const auto label = net.top.find(Role::label))
    for (std::int64_t r = 0; r < cases; ++r) out.states.positive.layers[std::size_t(label->index)].set(r, r % 3, 1);
  if (std::holds_alternative<Gaussian>(net.bottom_unit()))
    fill_normal(out.states.wake[0], 1, Key{3});
  else
    for (std::int64_t r = 0; r < cases; ++r) {
      const auto values = bottom_values(net);
      const Values& v = values[std::size_t(r) % values.size()];
      for (std::size_t c = 0; c < v.size(); ++c) out.states.wake[0].set(r, std::int64_t(c), v[c]);
    }
  draw_up_down_states(ctx, net, net.top, sweeps, Key{17}, out.states);
  out.lengths = document_lengths(net, out.states.wake[0]);
  return out;
}

// The wake update is the gradient of the mean log p(below | above), the sleep update that of log q(above | below), the
// top's that of the chain's mean energy minus the data's: by finite differences. The sleep bottom holds means, which
// is all the same to log q.
TEST(UpDownUpdate, UpdatesAreTheGradientsOfTheirLogProbabilities) {
  Context ctx;
  constexpr std::int64_t kCases = 7;
  for (int number = 0; number < kNets; ++number) {
    auto [net, states, lengths] = drawn(ctx, number, kCases);
    BeliefNetParameters gradient = zero_parameters(net);
    up_down_gradient(ctx, net, states, gradient);
    const auto x = states.wake_layers(net), y = states.sleep_layers(net);
    const auto objective = [&] {
      std::vector<double> sum(std::size_t(kCases), 0.0), energy(sum.size());
      for (std::size_t k = 0; k < net.layers.size(); ++k) {
        const DirectedLayer& layer = net.layers[k];
        ScratchScope scope(ctx);
        add_log_probability(ctx, layer.generative.unit, field_below(ctx, scope, layer, x[k + 1], lengths), x[k], 1,
                            sum);
        add_log_probability(ctx, layer.recognition.unit, field_above(ctx, scope, layer, y[k]), y[k + 1], 1, sum);
      }
      net.top.energy(ctx, states.positive, energy);
      for (std::size_t r = 0; r < sum.size(); ++r) sum[r] -= energy[r];
      net.top.energy(ctx, states.negative, energy);
      double mean = 0;
      for (std::size_t r = 0; r < sum.size(); ++r) mean += (sum[r] + energy[r]) / double(kCases);
      return mean;
    };
    const auto parameters = named_parameters(net);
    const auto steps = gradient.views();
    for (std::size_t i = 0; i < parameters.size(); ++i)
      for (std::int64_t r = 0; r < steps[i].rows; ++r)
        for (std::int64_t c = 0; c < steps[i].cols; ++c)
          EXPECT_NEAR(steps[i].as<double>()(r, c), slope_of(parameters[i].second.as<double>()(r, c), objective), 1e-8)
              << number << ' ' << parameters[i].first << ' ' << r << ' ' << c;
  }
}

// The squared error is that of the bottom given the drawn layer above.
TEST(UpDownUpdate, SquaredErrorIsOfTheBottomGivenTheLayerAbove) {
  Context ctx;
  auto [net, states, lengths] = drawn(ctx, 0, 5);
  BeliefNetParameters gradient = zero_parameters(net);
  double expected = 0;
  for (std::int64_t r = 0; r < 5; ++r) {
    Values above;
    for (std::int64_t c = 0; c < net.units(1); ++c) above.push_back(toy::number(states.wake_layers(net)[1], r, c));
    const Values field = plain_field(net.layers[0].generative, above);
    for (std::size_t i = 0; i < field.size(); ++i)
      expected += std::pow(states.wake[0].at(r, std::int64_t(i)) - 1 / (1 + std::exp(-field[i])), 2);
  }
  EXPECT_NEAR(up_down_gradient(ctx, net, states, gradient), expected, 1e-12);
}

// Which of state and probability: everything is drawn but the label of the chain and the bottom of sleep.
TEST(UpDownUpdate, TheLabelOfTheChainAndTheBottomOfSleepAreMeans) {
  Context ctx;
  for (int number = 0; number < kNets; ++number) {
    auto [net, states, lengths] = drawn(ctx, number, 6, 1);
    const auto y = states.sleep_layers(net);
    Tensor means(DType::f64, 6, net.bottom_units());
    auto from_above = std::vector<Matrix>(y.begin(), y.begin() + 2);
    ScratchScope scope(ctx);
    BeliefNet lowest{{}, EnergyModel(DType::f64)};
    lowest.layers.push_back(std::move(net.layers[0]));
    from_above[0] = means;
    pass_down(ctx, lowest, lengths, Key{1}, 0, from_above);
    EXPECT_TRUE(toy::same_bits(ConstMatrix(means), ConstMatrix(y[0]))) << number;
    const auto label = net.top.find(Role::label);
    if (!label) continue;
    State first = states.positive.clone();  // after one sweep: given the hidden layer that the chain started at
    mean_layer(ctx, net.top, *label, first, {}, first.x(*label));
    EXPECT_TRUE(
        toy::same_bits(first.layers[std::size_t(label->index)], states.negative.layers[std::size_t(label->index)]))
        << number;
  }
}

// Of one case shown to many rows the joint states of wake and the first draw of the chain have their probabilities:
// each layer given the one before.
TEST(UpDownUpdate, DrawsHaveTheProbabilitiesOfTheirLayers) {
  Context ctx;
  constexpr std::int64_t kCases = 40'000;
  constexpr std::int64_t kLabel = 1;
  for (const int number : {1, 7, 9}) {
    const BeliefNet net = random_belief_net(number);
    UpDownStates states = make_up_down_states(ctx, net, kCases);
    const LayerId pen = net.top.visible(), top = *net.top.find(Role::hidden), label = *net.top.find(Role::label);
    const Values v = bottom_values(net).back();
    for (std::int64_t r = 0; r < kCases; ++r) {
      for (std::size_t c = 0; c < v.size(); ++c) states.wake[0].set(r, std::int64_t(c), v[c]);
      states.positive.layers[std::size_t(label.index)].set(r, kLabel, 1);
    }
    draw_up_down_states(ctx, net, net.top, 1, Key{23}, states);
    auto drawn = states.wake_layers(net);
    drawn.push_back(states.positive.x(top));
    drawn.push_back(states.negative.x(pen));

    // The top's two conditionals as maps.
    const Tensor &weight = net.top.connections()[0].weight, &of_label = net.top.connections()[1].weight;
    Affine up{net.top.layer(top).unit, weight.clone(), net.top.layer(top).bias.clone()};
    for (std::int64_t j = 0; j < up.units(); ++j) up.bias.set(0, j, up.bias.at(0, j) + of_label.at(kLabel, j));
    const Affine down{net.top.layer(pen).unit, flipped(weight), net.top.layer(pen).bias.clone()};

    // Every joint state of the layers from 1 on, with its probability.
    std::vector<std::pair<std::vector<Values>, double>> all{{{v}, 1.0}};
    for (std::size_t l = 1; l < drawn.size(); ++l) {
      const Affine& map = l < net.layers.size() + 1 ? net.layers[l - 1].recognition : l + 1 < drawn.size() ? up : down;
      EnergyModel alone(DType::f64);
      alone.add("alone", map.unit, map.units());
      const double votes = l == 1 && std::holds_alternative<Counts>(net.bottom_unit()) ? kLength : 1;
      std::vector<std::pair<std::vector<Values>, double>> longer;
      for (const auto& [state, p] : all)
        for (const Values& value : values_of(alone.layers()[0])) {
          longer.emplace_back(state, p * std::exp(plain_log_p(map.unit, plain_field(map, state.back(), votes), value)));
          longer.back().first.push_back(value);
        }
      all = std::move(longer);
    }

    std::map<std::vector<Values>, double> frequency;
    for (std::int64_t r = 0; r < kCases; ++r) {
      std::vector<Values> state;
      for (const Matrix& x : drawn) state.emplace_back(x.as<double>().row(r), x.as<double>().row(r) + x.cols);
      frequency[state] += 1 / double(kCases);
    }
    std::vector<double> p;
    double distance = 0, total = 0;
    for (const auto& [state, probability] : all) {
      p.push_back(probability);
      distance += std::abs(frequency[state] - probability) / 2;
      total += probability;
    }
    EXPECT_NEAR(total, 1, 1e-12);
    EXPECT_EQ(frequency.size(), all.size()) << "no other state came";
    EXPECT_LT(distance, total_variation_floor(p, kCases)) << number;
  }
}

}  // namespace
}  // namespace deepboltz::testing
