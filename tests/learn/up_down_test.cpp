#include "deepboltz/learn/up_down.h"

#include <numeric>

#include "tests/stack/random_belief_net.h"
#include "tests/stack/toy_network.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/estimate/belief_net_bound.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/model/quantised.h"

namespace deepboltz::testing {
namespace {

bool same_bits(BeliefNet& x, BeliefNet& y) {
  const auto left = named_parameters(x), right = named_parameters(y);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const auto& a, const auto& b) {
    return a.first == b.first && toy::same_bits(ConstMatrix(a.second), ConstMatrix(b.second));
  });
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
    out.visible = {{[this](Context&, std::span<const std::uint32_t> rows, Key, Matrix to) {
      visit_real(to.dtype, [&](auto real) {
        for (std::size_t r = 0; r < rows.size(); ++r)
          std::copy_n(x.as<decltype(real)>().row(rows[r]), x.cols(), to.as<decltype(real)>().row(std::int64_t(r)));
      });
    }}};
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

// A machine of weights on the integers' grid draws the same states by sums of integers and by products of floats: they
// differ by the rounding of the floats alone, which no uniform number of these falls into.
TEST(UpDown, IntegersDrawTheSameStates) {
  Context ctx;
  const Patterns data(40, 9);
  BeliefNet net = untrained(9, 6, 5, 4, DType::f32);
  const EnergyModel integers = quantised(ctx, net.top, 24);
  net.top = integers.clone();
  (void)net.top.connections();  // taken to be changed: without integers from here on
  ASSERT_FALSE(on_integers(net.top));
  ASSERT_TRUE(on_integers(integers));
  std::vector<UpDownStates> drawn;
  for (const EnergyModel* top : {&integers, &std::as_const(net.top)}) {
    UpDownStates& states = drawn.emplace_back(make_up_down_states(ctx, net, 40));
    std::vector<std::uint32_t> rows(40);
    std::iota(rows.begin(), rows.end(), 0);
    data.source().visible.front().states(ctx, rows, {}, states.wake[0]);
    data.source().labels(rows, states.positive.x(*net.top.find(Role::label)));
    draw_up_down_states(ctx, net, *top, 3, Key{31}, states);
  }
  for (LayerId id : net.top.ids(Role::hidden)) {
    EXPECT_TRUE(toy::same_bits(drawn[0].positive.x(id), drawn[1].positive.x(id)));
    EXPECT_TRUE(toy::same_bits(drawn[0].negative.x(id), drawn[1].negative.x(id)));
  }
  for (std::size_t k = 0; k < drawn[0].sleep.size(); ++k)
    EXPECT_LT(toy::largest_difference(drawn[0].sleep[k], drawn[1].sleep[k]), 1e-6);
}

TEST(UpDown, OnIntegersBitsDoNotDependOnTheThreads) {
  Context one{1}, three{3};
  const Patterns data(30, 9);
  BeliefNet here = untrained(9, 6, 5, 4, DType::f32), there = here.clone();
  UpDownOptions options = busy();
  options.math = Math::int16;
  UpDownState state = start_up_down(here), other = start_up_down(there);
  (void)fit_epoch(one, options, data.source(), here, state);
  (void)fit_epoch(three, options, data.source(), there, other);
  EXPECT_TRUE(same_bits(here, there));
  BeliefNet doubles = untrained(9, 6, 5, 4, DType::f64);
  UpDownState of_doubles = start_up_down(doubles);
  const Patterns data64(30, 9, DType::f64);
  EXPECT_THROW((void)fit_epoch(one, options, data64.source(), doubles, of_doubles), InputError);
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
