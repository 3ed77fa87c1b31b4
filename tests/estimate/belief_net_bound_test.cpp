#include "deepboltz/estimate/belief_net_bound.h"

#include "tests/stack/belief_net_brute_force.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/model/field.h"
#include "deepboltz/stack/greedy_belief_net.h"

namespace deepboltz::testing {
namespace {

class GoldenBound : public ::testing::TestWithParam<DType> {
 protected:
  double near = GetParam() == DType::f64 ? 6e-13 : 1e-4;
  Context ctx;
  Tensor v = rows_of({{1, 0, 1}}, GetParam());
};
INSTANTIATE_TEST_SUITE_P(Precision, GoldenBound, ::testing::Values(DType::f64, DType::f32),
                         [](const auto& param) { return std::string(name_of(param.param)); });

TEST_P(GoldenBound, S1) {
  const BeliefNet net = golden_s1(GetParam());
  const double log_z = exact_log_z(ctx, net.top);
  EXPECT_NEAR(log_z, 2.517931258889, near);
  const auto sums = exact_belief_net_log_sums(ctx, net, v);
  EXPECT_NEAR(sums.log_p[0] - log_z, -1.987731504319, near);
  EXPECT_NEAR(sums.bound[0] - log_z, -2.040012918907, near);
}

TEST_P(GoldenBound, S2) {
  const BeliefNet net = golden_s2(GetParam());
  const double log_z = exact_log_z(ctx, net.top);
  EXPECT_NEAR(log_z, 2.953647444092, near);
  const auto sums = exact_belief_net_log_sums(ctx, net, v);
  EXPECT_NEAR(sums.log_p[0] - log_z, -1.980389215920, near);
  EXPECT_NEAR(sums.bound[0] - log_z, -2.117862131558, near);
}

// A-G7: the second machine starts as the first upside down.
TEST_P(GoldenBound, G7) {
  std::vector<EnergyModel> stages;
  const double w[3][2] = {{.4, -.2}, {-.3, .5}, {.2, .1}}, b[3] = {.2, -.1, 0}, a[2] = {.1, -.2};
  stages.push_back(rbm(3, 2, {.precision = GetParam()}));
  for (int i = 0; i < 3; ++i) {
    stages[0].layers()[0].bias.set(0, i, b[i]);
    for (int j = 0; j < 2; ++j) stages[0].connections()[0].weight.set(i, j, w[i][j]);
  }
  for (int j = 0; j < 2; ++j) stages[0].layers()[1].bias.set(0, j, a[j]);
  stages.push_back(rbm(2, 3, {.precision = GetParam()}));
  start_tied(ctx, stages[0], stages[1]);
  const double log_z = exact_log_z(ctx, stages[1]);
  EXPECT_NEAR(exact_log_z(ctx, stages[0]), 3.683333024078, near);
  EXPECT_NEAR(log_z, 3.683333024078, near);
  const auto sums = exact_belief_net_log_sums(ctx, belief_net_from_stages(ctx, stages), v);
  EXPECT_NEAR(sums.log_p[0] - log_z, -1.825791730724, near);
  EXPECT_NEAR(sums.bound[0] - log_z, -1.825791730724, near);
}

// The cases of a net that laws are held to: every value of the bottom, or some real numbers.
std::vector<Values> cases_of(const BeliefNet& net) {
  if (!std::holds_alternative<Gaussian>(net.bottom_unit())) return bottom_values(net);
  std::vector<Values> cases;
  for (double x : {-1.5, 0.2, 2.0}) cases.emplace_back(std::size_t(net.bottom_units()), x);
  return cases;
}

class EveryNet : public ::testing::TestWithParam<int> {
 protected:
  Context ctx;
  BeliefNet net = random_belief_net(GetParam());
  std::vector<Values> rows = cases_of(net);
  Tensor cases = rows_of(rows, DType::f64);
  double log_z = exact_log_z(ctx, net.top);
};
INSTANTIATE_TEST_SUITE_P(Random, EveryNet, ::testing::Range(0, kNets));

TEST_P(EveryNet, LogPIsThatOfEnumeration) {
  const auto sums = exact_belief_net_log_sums(ctx, net, cases);
  for (std::size_t r = 0; r < rows.size(); ++r)
    EXPECT_NEAR(sums.log_p[r] - log_z, std::log(plain_p(net, rows[r])), 1e-11);
}

TEST_P(EveryNet, BoundIsThatOfEnumerationAndBelowLogP) {
  const auto sums = exact_belief_net_log_sums(ctx, net, cases);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    double bound = 0;
    for (const NetState& state : states_given(net, rows[r])) {
      double log_q = 0;  // of the layers 1 … D and, exactly, of the top's others
      for (std::size_t k = 0; k < net.layers.size(); ++k)
        log_q += plain_recognition(net.layers[k], state.x[k], state.x[k + 1]);
      double of_top = 0;  // Σ over the top's others
      for (const Joint& other : joint_states(net.top))
        if (other[at(net.top.visible())] == state.x.back())
          of_top += std::exp(log_measure_of(net.top, other) - energy_of(net.top, other));
      const double own = log_measure_of(net.top, state.top) - energy_of(net.top, state.top) - std::log(of_top);
      bound += std::exp(log_q + own) * (state.log_p - own - log_q);
    }
    EXPECT_NEAR(sums.bound[r], bound, 1e-11);
    EXPECT_LE(sums.bound[r], sums.log_p[r] + 1e-12);
  }
}

// Both figures agree with the exact ones within five of their errors: one chance in two million each.
TEST_P(EveryNet, EstimatesAgreeWithTheExactFigures) {
  const auto exact = exact_belief_net_log_sums(ctx, net, cases);
  const auto sums = belief_net_log_sums(ctx, net, cases, {.draws = 4000, .batch = 2, .key = {3}});
  for (std::size_t r = 0; r < rows.size(); ++r) {
    EXPECT_NEAR(sums.bound[r].value, exact.bound[r], 5 * sums.bound[r].standard_error + 1e-12);
    EXPECT_NEAR(std::exp(sums.importance[r].value - exact.log_p[r]), 1, 5 * sums.importance[r].standard_error + 1e-12);
  }
}

// Of few draws the mean importance estimate lies between the bound and log p.
TEST_P(EveryNet, ImportanceEstimateLiesBetweenTheBoundAndLogPOnAverage) {
  const std::vector<Values> same(2000, rows.back());
  const auto exact = exact_belief_net_log_sums(ctx, net, cases);
  std::vector<double> values;
  for (const Estimate& e :
       belief_net_log_sums(ctx, net, rows_of(same, DType::f64), {.draws = 3, .key = {4}}).importance)
    values.push_back(e.value);
  const Estimate mean = mean_estimate(values);
  EXPECT_GE(mean.value, exact.bound.back() - 5 * mean.standard_error - 1e-12);
  EXPECT_LE(mean.value, exact.log_p.back() + 5 * mean.standard_error + 1e-12);
}

// Where the next machine is the one below upside down, the net has its distribution, and the bound is log p.
TEST(TiedStart, TheBoundIsLogPOfTheMachineBelow) {
  Context ctx;
  const Unit kinds[] = {Bernoulli{}, Spin{}, Binomial{2}, Softmax{3}, Gaussian{}};
  for (std::size_t n = 0; n < 15; ++n) {
    const Unit visible = kinds[n % 5], hidden = kinds[n / 5 % 4];
    const std::int64_t below = 2 * group_size(visible), above = 2 * group_size(hidden);
    std::vector<EnergyModel> stages;
    stages.push_back(rbm(below, above, {.precision = DType::f64, .visible = visible, .hidden = hidden}));
    randomise(stages[0], 0.7, Key{8}.fold(n));
    stages.push_back(rbm(above, below, {.precision = DType::f64, .classes = 3, .visible = hidden, .hidden = visible}));
    randomise(stages[1], 1, Key{9}.fold(n));
    start_tied(ctx, stages[0], stages[1]);
    const BeliefNet net = belief_net_from_stages(ctx, stages);
    const Tensor cases = rows_of(cases_of(net), DType::f64);
    State evidence = stages[0].make_state(ctx, cases.rows());
    evidence.layers[0] = cases.clone();
    evidence.clamp({0});
    std::vector<double> log_p(std::size_t(cases.rows()));
    exact_log_z_given(ctx, stages[0], evidence, {}, log_p);
    const double below_z = exact_log_z(ctx, stages[0]), top_z = exact_log_z(ctx, stages[1]);
    const auto sums = exact_belief_net_log_sums(ctx, net, cases);
    const auto drawn = belief_net_log_sums(ctx, net, cases, {.draws = 2, .key = {1}});
    for (std::size_t r = 0; r < log_p.size(); ++r) {
      EXPECT_NEAR(sums.log_p[r] - top_z, log_p[r] - below_z, 1e-11);
      EXPECT_NEAR(sums.bound[r] - top_z, log_p[r] - below_z, 1e-11);
      EXPECT_NEAR(drawn.importance[r].value - top_z, log_p[r] - below_z, 1e-11);  // every draw has the same weight
    }
  }
}

// With the directed layers still, the bound is E_Q[log p_top(h)] and a constant: each step along its exact gradient,
// from the tied start on, raises it.
TEST(TiedStart, TheBoundRisesWithTheTop) {
  Context ctx;
  std::vector<EnergyModel> stages;
  stages.push_back(rbm(4, 3, {.precision = DType::f64}));
  randomise(stages[0], 1, Key{12});
  stages.push_back(rbm(3, 4, {.precision = DType::f64}));
  start_tied(ctx, stages[0], stages[1]);
  BeliefNet net = belief_net_from_stages(ctx, stages);
  const std::vector<Values> data{{1, 1, 0, 0}, {0, 0, 1, 1}, {1, 0, 1, 0}};
  const auto bound = [&] {
    double sum = 0;
    for (double x : exact_belief_net_log_sums(ctx, net, rows_of(data, DType::f64)).bound) sum += x / 3;
    return sum - exact_log_z(ctx, net.top);
  };
  State h = net.top.make_state(ctx, 8);
  std::vector<double> q;  // of each h, the mean of Q over the cases
  for (std::int64_t r = 0; r < 8; ++r) {
    const Values bits{double(r & 1), double(r >> 1 & 1), double(r >> 2 & 1)};
    q.push_back(0);
    for (const Values& v : data) q.back() += std::exp(plain_recognition(net.layers[0], v, bits)) / 3;
    for (std::size_t j = 0; j < 3; ++j) h.layers[0].set(r, std::int64_t(j), bits[j]);
  }
  double before = bound();
  for (int step = 0; step < 50; ++step) {
    mean_layer(ctx, net.top, {1}, h, {}, h.x({1}));
    const Parameters model = exact_moments(ctx, net.top);
    Tensor& weight = net.top.connections()[0].weight;
    for (std::int64_t r = 0; r < 8; ++r)
      for (std::int64_t j = 0; j < 3; ++j) {
        const double x = q[std::size_t(r)] * h.layers[0].at(r, j);
        net.top.layers()[0].bias.set(0, j, net.top.layers()[0].bias.at(0, j) + 0.1 * x);
        for (std::int64_t k = 0; k < 4; ++k) weight.set(j, k, weight.at(j, k) + 0.1 * x * h.layers[1].at(r, k));
      }
    for (std::int64_t j = 0; j < 3; ++j) {
      net.top.layers()[0].bias.set(0, j, net.top.layers()[0].bias.at(0, j) - 0.1 * model.bias[0].at(0, j));
      for (std::int64_t k = 0; k < 4; ++k) weight.set(j, k, weight.at(j, k) - 0.1 * model.weight[0].at(j, k));
    }
    for (std::int64_t k = 0; k < 4; ++k) {
      double up = -model.bias[1].at(0, k);
      for (std::int64_t r = 0; r < 8; ++r) up += q[std::size_t(r)] * h.layers[1].at(r, k);
      net.top.layers()[1].bias.set(0, k, net.top.layers()[1].bias.at(0, k) + 0.1 * up);
    }
    const double now = bound();
    EXPECT_GT(now, before) << step;
    before = now;
  }
}

// Of every bottom unit with a list of values; documents of one length.
TEST(BeliefNetBound, ProbabilitiesAddUpToOne) {
  Context ctx;
  for (int number = 0; number < kNets; ++number) {
    const BeliefNet net = random_belief_net(number);
    if (std::holds_alternative<Gaussian>(net.bottom_unit())) continue;  // a density
    double total = 0;
    for (double log_p : exact_belief_net_log_sums(ctx, net, rows_of(bottom_values(net), DType::f64)).log_p)
      total += std::exp(log_p - exact_log_z(ctx, net.top));
    EXPECT_NEAR(total, 1, 1e-11) << number;
  }
}

TEST(BeliefNetBound, BitsDependNeitherOnThreadsNorOnTheOtherCases) {
  BeliefNet net{{}, rbm(120, 200, {.classes = 10})};
  initialise_weights(net.top, 0.1, Key{1});
  net.layers.push_back({"hidden1", random_map(Bernoulli{}, 120, 150, DType::f32, Key{2}),
                        random_map(Bernoulli{}, 150, 120, DType::f32, Key{3})});
  const Tensor cases = tensor_of(DType::f32, 300, 150, [](double r, double c) {
    return double(uniform(Key{4}, std::uint32_t(r), std::uint32_t(c)) < 0.5F);
  });
  const auto with = [&](int threads) {
    Context ctx(threads);
    return belief_net_log_sums(ctx, net, cases, {.draws = 3, .key = {5}});
  };
  const auto one = with(1);
  for (int threads : {2, 3}) {
    const auto several = with(threads);
    for (std::size_t r = 0; r < 300; ++r) {
      EXPECT_EQ(one.bound[r].value, several.bound[r].value);
      EXPECT_EQ(one.importance[r].value, several.importance[r].value);
    }
  }
}

TEST(BeliefNetBound, RefusesWhatHasNoLogP) {
  Context ctx;
  const BeliefNet net = golden_s1(DType::f64);
  const auto refusal = [&](const BeliefNet& n, const Tensor& cases, int draws = 2) {
    try {
      belief_net_log_sums(ctx, n, cases, {.draws = draws});
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  using ::testing::HasSubstr;
  EXPECT_EQ(refusal(net, rows_of({{1, 0, 1}}, DType::f64)), "");
  EXPECT_THAT(refusal(net, rows_of({{1, 0.5, 1}}, DType::f64)), HasSubstr("0 or 1"));
  EXPECT_THAT(refusal(net, rows_of({{1, 0}}, DType::f64)), HasSubstr("got 1 × 2"));
  EXPECT_THAT(refusal(net, rows_of({{1, 0, 1}}, DType::f32)), HasSubstr("f32"));
  EXPECT_THAT(refusal(net, rows_of({{1, 0, 1}}, DType::f64), 1), HasSubstr("at least two draws"));
  BeliefNet rectified = golden_s1(DType::f64);
  rectified.layers[0].generative.unit = Relu{};
  EXPECT_THAT(refusal(rectified, rows_of({{1, 0, 1}}, DType::f64)), HasSubstr("no normaliser"));
}

TEST(BeliefNetBound, MeanLogPCarriesTheWarningsOfItsCases) {
  const std::vector<Estimate> sums{{.value = -3, .warning = {}}, {.value = -5, .warning = "effective runs 1"}};
  const Estimate mean = mean_log_p(sums, {.value = 2, .standard_error = 0.5});
  EXPECT_DOUBLE_EQ(mean.value, -6);
  EXPECT_DOUBLE_EQ(mean.standard_error, std::hypot(1.0, 0.5));
  EXPECT_EQ(mean.warning, "1 of 2 cases: effective runs 1");
}

}  // namespace
}  // namespace deepboltz::testing
