#include "deepboltz/task/belief_net_classes.h"

#include "tests/stack/belief_net_brute_force.h"
#include "tests/stack/toy_network.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/stack/belief_net_passes.h"

namespace deepboltz::testing {
namespace {

TEST(BeliefNetClasses, GoldenS3) {
  for (DType dtype : {DType::f64, DType::f32}) {
    Context ctx;
    const auto classes = classify(ctx, golden_s3(dtype), rows_of({{1, 0, 1}}, dtype), {});
    const double near = dtype == DType::f64 ? 6e-13 : 1e-4;
    EXPECT_NEAR(classes.probability.at(0, 0), .328790253845, near);
    EXPECT_NEAR(classes.probability.at(0, 1), .671209746155, near);
    EXPECT_EQ(classes.label, std::vector<std::uint32_t>{1});
  }
}

// p(y | x) of the top by the sum over its states; x may be means.
Values plain_classes(const EnergyModel& top, const Values& x) {
  const LayerId label = *top.find(Role::label);
  Values p(std::size_t(top.layer(label).units));
  double total = 0;
  for (Joint joint : joint_states(top)) {
    joint[at(top.visible())] = x;
    const double weight = std::exp(log_measure_of(top, joint) - energy_of(top, joint));
    for (std::size_t y = 0; y < p.size(); ++y) p[y] += joint[at(label)][y] * weight;
    total += weight;
  }
  for (double& value : p) value /= total;
  return p;
}

// Averages over passes by draws are those over all draws within six of their errors, which are at most ½/√passes.
TEST(BeliefNetClasses, AveragedPassesAgreeWithEnumeration) {
  Context ctx;
  constexpr int kPasses = 1000;
  for (const int number : {1, 3, 7, 9, 15}) {
    const BeliefNet net = random_belief_net(number);
    const auto values = bottom_values(net);
    const auto classes = classify(ctx, net, rows_of(values, DType::f64), {.passes = kPasses, .batch = 50, .key = {3}});
    for (std::size_t r = 0; r < values.size(); ++r) {
      Values expected(3);
      double total = 0;
      for (const NetState& state : states_given(net, values[r])) {
        double log_q = 0;
        for (std::size_t k = 0; k < net.layers.size(); ++k)
          log_q += plain_recognition(net.layers[k], state.x[k], state.x[k + 1]);
        const Values p = plain_classes(net.top, state.x.back());
        total += std::exp(log_q);
        for (std::size_t y = 0; y < 3; ++y) expected[y] += std::exp(log_q) * p[y];
      }
      for (std::size_t y = 0; y < 3; ++y)  // each state of the top's others repeats the sum
        EXPECT_NEAR(classes.probability.at(std::int64_t(r), std::int64_t(y)), expected[y] / total,
                    3 / std::sqrt(double(kPasses)));
    }
  }
}

TEST(BeliefNetClasses, BytesAreGreyAndBitsDoNotDependOnTheThreads) {
  const BeliefNet net = golden_s3(DType::f64);
  Tensor bytes(DType::u8, 50, 3), grey(DType::f64, 50, 3);
  for (std::int64_t r = 0; r < 50; ++r)
    for (std::int64_t c = 0; c < 3; ++c) {
      bytes.set(r, c, double((r * 37 + c * 91) % 256));
      grey.set(r, c, double((r * 37 + c * 91) % 256) / 255);
    }
  Context one(1), three(3);
  for (int passes : {0, 2}) {
    const auto classes = classify(one, net, bytes, {.passes = passes, .batch = 7}),
               again = classify(three, net, grey, {.passes = passes, .batch = 50});
    EXPECT_EQ(classes.label, again.label);
    EXPECT_LT(toy::largest_difference(classes.probability, again.probability), 1e-12);
  }
}

TEST(BeliefNetClasses, RefusesWhatDoesNotFit) {
  Context ctx;
  const auto refusal = [&](const BeliefNet& net, const Tensor& cases, int passes = 0) {
    try {
      classify(ctx, net, cases, {.passes = passes});
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  using ::testing::HasSubstr;
  const BeliefNet net = golden_s3(DType::f64);
  EXPECT_THAT(refusal(golden_s1(DType::f64), rows_of({{1, 0, 1}}, DType::f64)), HasSubstr("no label layer"));
  EXPECT_THAT(refusal(net, rows_of({{1, 0}}, DType::f64)), HasSubstr("3 units, but the cases are 1 × 2"));
  EXPECT_THAT(refusal(net, rows_of({{1, 0, 1}}, DType::f32)), HasSubstr("u8 or f64, got f32"));
  EXPECT_THAT(refusal(net, rows_of({{1, 0, 1}}, DType::f64), -1), HasSubstr("0 or more passes, got 500 and -1"));
}

}  // namespace
}  // namespace deepboltz::testing
