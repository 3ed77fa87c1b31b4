#include "deepboltz/learn/up_down.h"

#include <map>

#include "tests/sample/histogram.h"
#include "tests/stack/belief_net_brute_force.h"
#include "tests/stack/toy_network.h"
#include "tests/tensor/slope.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/estimate/belief_net_bound.h"
#include "deepboltz/kernel/log_probability.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/model/field.h"
#include "deepboltz/stack/belief_net_passes.h"

namespace deepboltz::testing {
namespace {

bool same_bits(BeliefNet& x, BeliefNet& y) {
  const auto left = named_parameters(x), right = named_parameters(y);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const auto& a, const auto& b) {
    return a.first == b.first && toy::same_bits(ConstMatrix(a.second), ConstMatrix(b.second));
  });
}

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
  draw_up_down_states(ctx, net, sweeps, Key{17}, out.states);
  out.lengths = document_lengths(net, out.states.wake[0]);
  return out;
}

// The wake update is the gradient of the mean log p(below | above), the sleep update that of log q(above | below), the
// top's that of the chain's mean energy minus the data's: by finite differences. The sleep bottom holds means, which
// is all the same to log q.
TEST(UpDown, UpdatesAreTheGradientsOfTheirLogProbabilities) {
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
TEST(UpDown, SquaredErrorIsOfTheBottomGivenTheLayerAbove) {
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
TEST(UpDown, TheLabelOfTheChainAndTheBottomOfSleepAreMeans) {
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
TEST(UpDown, DrawsHaveTheProbabilitiesOfTheirLayers) {
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
    draw_up_down_states(ctx, net, 1, Key{23}, states);
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

// Cases of a few patterns with their number as the label.
struct Patterns {
  Tensor x;
  std::vector<std::uint32_t> label;
  explicit Patterns(std::int64_t cases, std::int64_t units, DType dtype = DType::f32) : x(dtype, cases, units) {
    for (std::int64_t r = 0; r < cases; ++r) {
      label.push_back(std::uint32_t(r % 3));
      for (std::int64_t c = 0; c < units; ++c) x.set(r, c, c % 3 == r % 3 ? 1 : 0);
    }
  }
  Source source() const {
    Source out;
    out.cases = std::uint32_t(x.rows());
    out.visible = [this](Context&, std::span<const std::uint32_t> rows, Key, Matrix to) {
      visit_real(to.dtype, [&](auto real) {
        for (std::size_t r = 0; r < rows.size(); ++r)
          std::copy_n(x.as<decltype(real)>().row(rows[r]), x.cols(), to.as<decltype(real)>().row(std::int64_t(r)));
      });
    };
    out.labels = [this](std::span<const std::uint32_t> rows, Matrix to) {
      visit_real(to.dtype, [&](auto real) {
        for (std::size_t r = 0; r < rows.size(); ++r)
          for (std::int64_t y = 0; y < to.cols; ++y)
            to.as<decltype(real)>()(std::int64_t(r), y) = y == std::int64_t(label[rows[r]]);
      });
    };
    return out;
  }
};

BeliefNet untrained(std::int64_t bottom, std::int64_t first, std::int64_t second, std::int64_t top, DType dtype) {
  BeliefNet net{{}, rbm(second, top, {.precision = dtype, .classes = 3})};
  initialise_weights(net.top, 0.1, Key{40});
  const auto map = [&](std::int64_t inputs, std::int64_t units, Key key) {
    Affine out{Bernoulli{}, Tensor(dtype, inputs, units), Tensor(dtype, 1, units)};
    fill_normal(out.weight, 0.1, key);
    return out;
  };
  net.layers.push_back({"hidden1", map(first, bottom, Key{41}), map(bottom, first, Key{42})});
  net.layers.push_back({"hidden2", map(second, first, Key{43}), map(first, second, Key{44})});
  return net;
}

// Everything that the options offer at once.
UpDownOptions busy() {
  return {.batch = 7,
          .rate = {.kind = Schedule::Kind::linear, .start = 0.1, .end = 0.02, .epochs = 4},
          .momentum = {.kind = Schedule::Kind::step, .start = 0.5, .end = 0.8, .epochs = 2},
          .l2 = 1e-3,
          .sweeps = {.kind = Schedule::Kind::linear, .start = 1, .end = 4, .epochs = 4},
          .key = {9}};
}

TEST(UpDown, AtARateOfZeroNothingMoves) {
  Context ctx;
  const Patterns data(30, 9);
  BeliefNet net = untrained(9, 6, 5, 4, DType::f32), start = net.clone();
  UpDownOptions options = busy();
  options.rate = {.start = 0};
  UpDownState state = start_up_down(net);
  EXPECT_TRUE(fit_epoch(ctx, options, data.source(), net, state).finished);
  EXPECT_TRUE(same_bits(net, start));
}

// Of one update an epoch: the penalty takes rate·l2·w from weights and nothing from biases; at a rate of zero momentum
// goes on by its share of the last step.
TEST(UpDown, WeightsDecayAndStepsGoOn) {
  Context ctx;
  const Patterns data(30, 9, DType::f64);
  const BeliefNet start = untrained(9, 6, 5, 4, DType::f64);
  const auto after = [&](int epochs, double l2) {
    BeliefNet net = start.clone();
    UpDownState state = start_up_down(net);
    const UpDownOptions options{.batch = 30,
                                .rate = {.kind = Schedule::Kind::step, .start = 0.1, .end = 0, .epochs = 1},
                                .momentum = {.start = 0.25},
                                .l2 = l2,
                                .key = {9}};
    while (state.epoch < epochs) fit_epoch(ctx, options, data.source(), net, state);
    return net;
  };
  BeliefNet before = start.clone(), plain = after(1, 0), decayed = after(1, 0.5), further = after(2, 0);
  const auto from = named_parameters(before), to = named_parameters(plain), less = named_parameters(decayed),
             on = named_parameters(further);
  for (std::size_t i = 0; i < from.size(); ++i)
    for (std::int64_t r = 0; r < from[i].second.rows; ++r)
      for (std::int64_t c = 0; c < from[i].second.cols; ++c) {
        const auto number = [&](const auto& of) { return toy::number(of[i].second, r, c); };
        const double penalty = from[i].first.ends_with("weight") ? 0.1 * 0.5 * number(from) : 0;
        EXPECT_NEAR(number(to) - number(less), penalty, 1e-12) << from[i].first;
        EXPECT_NEAR(number(on) - number(to), 0.25 * (number(to) - number(from)), 1e-12) << from[i].first;
      }
}

TEST(UpDown, MakesItsCasesMoreProbable) {
  Context ctx;
  const Patterns data(60, 6, DType::f64);
  BeliefNet net = untrained(6, 4, 4, 4, DType::f64);
  const auto log_p = [&] {
    const auto cases = data.x.view().slice(0, 3);
    double sum = 0;
    for (double x : exact_belief_net_log_sums(ctx, net, cases).log_p) sum += x;
    return sum / 3 - exact_log_z(ctx, net.top);
  };
  const double before = log_p();
  UpDownState state = start_up_down(net);
  for (int epoch = 0; epoch < 200; ++epoch)
    fit_epoch(ctx, {.batch = 10, .rate = {.start = 0.1}, .momentum = {.start = 0.5}, .key = {2}}, data.source(), net,
              state);
  EXPECT_NEAR(before, -6 * std::log(2.0), 0.5);
  EXPECT_GT(log_p(), -3 * std::log(2.0));  // the best there is: log 1/3
}

TEST(UpDown, ResumedEqualsNeverStopped) {
  Context ctx;
  const Patterns data(30, 9);
  BeliefNet straight = untrained(9, 6, 5, 4, DType::f32);
  UpDownState state = start_up_down(straight);
  std::vector<double> errors;
  for (int epoch = 0; epoch < 4; ++epoch)
    errors.push_back(fit_epoch(ctx, busy(), data.source(), straight, state).squared_error);
  for (std::int64_t stop : {1, 3, 4, 6, 13}) {  // batches, of 5 an epoch
    BeliefNet net = untrained(9, 6, 5, 4, DType::f32);
    UpDownState until = start_up_down(net);
    while (until.step < stop)
      fit_epoch(ctx, busy(), data.source(), net, until, [&](std::int64_t, std::int64_t) { return until.step < stop; });
    ASSERT_EQ(until.step, stop);

    // Saved and restored: tensors by name, numbers by value.
    BeliefNet restored = net.clone();
    UpDownState resumed = start_up_down(restored);
    const auto from = named_tensors(net, until), to = named_tensors(restored, resumed);
    ASSERT_EQ(from.size(), to.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
      ASSERT_EQ(from[i].first, to[i].first);
      scale_add(ctx, 1, from[i].second, 0, to[i].second);
    }
    resumed.epoch = until.epoch;
    resumed.batch = until.batch;
    resumed.step = until.step;
    resumed.squared_error = until.squared_error;
    resumed.cases = until.cases;
    Context three(3);
    while (resumed.epoch < 4) {
      const auto epoch = std::size_t(resumed.epoch);
      const UpDownEpoch result = fit_epoch(three, busy(), data.source(), restored, resumed);
      EXPECT_EQ(result.squared_error, errors[epoch]);
      EXPECT_EQ(result.cases, 30);
    }
    EXPECT_TRUE(same_bits(straight, restored)) << "stopped after batch " << stop;
  }
}

TEST(UpDown, BitsDoNotDependOnTheThreads) {
  const Patterns data(450, 120);
  UpDownOptions options = busy();
  options.batch = 300;
  const auto trained = [&](int threads) {
    Context ctx(threads);
    BeliefNet net = untrained(120, 200, 150, 300, DType::f32);
    UpDownState state = start_up_down(net);
    fit_epoch(ctx, options, data.source(), net, state);
    return net;
  };
  BeliefNet one = trained(1), start = untrained(120, 200, 150, 300, DType::f32);
  EXPECT_FALSE(same_bits(one, start));
  for (int threads : {2, 3}) {
    BeliefNet several = trained(threads);
    EXPECT_TRUE(same_bits(one, several)) << threads;
  }
}

TEST(UpDown, RefusesWhatDoesNotFit) {
  Context ctx;
  const Patterns data(30, 9);
  const auto refusal = [&](auto&& change) {
    BeliefNet net = untrained(9, 6, 5, 4, DType::f32);
    UpDownState state = start_up_down(net);
    UpDownOptions options = busy();
    Source source = data.source();
    change(options, source, net);
    try {
      fit_epoch(ctx, options, source, net, state);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  using ::testing::HasSubstr;
  EXPECT_EQ(refusal([](auto&, auto&, auto&) {}), "");
  EXPECT_THAT(refusal([](auto& o, auto&, auto&) { o.batch = 0; }), HasSubstr("batch of at least one case, got 0"));
  EXPECT_THAT(refusal([](auto& o, auto&, auto&) { o.rate.start = -1; }), HasSubstr("up-down: rate"));
  EXPECT_THAT(refusal([](auto& o, auto&, auto&) { o.sweeps.start = 0; }), HasSubstr("up-down: sweeps"));
  EXPECT_THAT(refusal([](auto& o, auto&, auto&) { o.l2 = -1; }), HasSubstr("l2"));
  EXPECT_THAT(refusal([](auto&, auto& s, auto&) { s.labels = {}; }), HasSubstr("the data have no labels"));
  EXPECT_THAT(refusal([](auto&, auto& s, auto&) { s.labelled = 4; }), HasSubstr("only 4 of 30"));
  EXPECT_THAT(refusal([](auto&, auto&, auto& n) { n.layers.pop_back(); }), HasSubstr("stand over it"));
}

TEST(UpDown, StopsWhenANumberIsNoLongerFinite) {
  Context ctx;
  const Patterns data(30, 9);
  BeliefNet net = untrained(9, 6, 5, 4, DType::f32);
  net.layers[1].recognition.bias.set(0, 0, std::numeric_limits<double>::infinity());
  UpDownState state = start_up_down(net);
  try {
    fit_epoch(ctx, busy(), data.source(), net, state);
    FAIL() << "expected an error";
  } catch (const NumericalError& error) {
    EXPECT_STREQ(error.what(), "up-down: update 1: 'hidden2.recognition.bias' is not finite");
  }
}

}  // namespace
}  // namespace deepboltz::testing
