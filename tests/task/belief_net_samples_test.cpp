#include "deepboltz/task/belief_net_samples.h"

#include <map>

#include "tests/sample/histogram.h"
#include "tests/stack/belief_net_brute_force.h"
#include "tests/stack/toy_network.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace deepboltz::testing {
namespace {

constexpr std::int64_t kChains = 10'000;

// ½ Σ |frequency − p| of the rows of `drawn` over the values of the bottom.
double distance_of(const Tensor& drawn, const std::vector<Values>& values, const std::vector<double>& p) {
  std::map<Values, std::size_t> index;
  for (std::size_t s = 0; s < values.size(); ++s) index[values[s]] = s;
  std::vector<double> seen(values.size());
  for (std::int64_t r = 0; r < drawn.rows(); ++r) {
    const auto row = drawn.as<double>().row(r);
    seen[index.at(Values(row, row + drawn.cols()))] += 1 / double(drawn.rows());
  }
  double distance = 0;
  for (std::size_t s = 0; s < p.size(); ++s) distance += std::abs(seen[s] - p[s]) / 2;
  return distance;
}

// Chains of so small a top are at their distribution after 40 sweeps, half of them hot.
SampleOptions options() { return {.chains = kChains, .burn_in = 40, .length = kLength, .key = {5}}; }

class BeliefNetSamples : public ::testing::TestWithParam<int> {
 protected:
  Context ctx;
  BeliefNet net = random_belief_net(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Random, BeliefNetSamples, ::testing::Values(0, 1, 2, 3, 5, 7, 8, 9, 11, 15));

TEST_P(BeliefNetSamples, HaveTheExactProbabilities) {
  const auto values = bottom_values(net);
  std::vector<double> p;
  for (const Values& v : values) p.push_back(plain_p(net, v));
  const Samples samples = draw_samples(ctx, net, options());
  EXPECT_LT(distance_of(samples.sample[0], values, p), total_variation_floor(p, kChains));
}

TEST_P(BeliefNetSamples, OfAClampedLabelHaveItsProbabilities) {
  if (!net.top.find(Role::label)) return;
  const auto values = bottom_values(net);
  std::vector<double> p;
  double total = 0;
  for (const Values& v : values) total += p.emplace_back(plain_p(net, v, 2));
  for (double& x : p) x /= total;
  SampleOptions clamped = options();
  const std::vector<std::uint32_t> labels(kChains, 2);
  clamped.labels = labels;
  const Samples samples = draw_samples(ctx, net, clamped);
  EXPECT_LT(distance_of(samples.sample[0], values, p), total_variation_floor(p, kChains));
  EXPECT_EQ(samples.label[0], labels);
}

// Means are those that the samples are drawn from: their averages agree.
TEST(BeliefNetSample, MeansAreThoseOfTheSamples) {
  Context ctx;
  for (const int number : {4, 10}) {  // Gaussian bottoms
    const Samples samples = draw_samples(ctx, random_belief_net(number), options());
    for (std::int64_t i = 0; i < samples.mean[0].cols(); ++i) {
      double difference = 0;
      for (std::int64_t r = 0; r < kChains; ++r) difference += samples.sample[0].at(r, i) - samples.mean[0].at(r, i);
      EXPECT_NEAR(difference / double(kChains), 0, 6 / std::sqrt(double(kChains)));  // noise of deviation 1
    }
  }
}

TEST(BeliefNetSample, FramesDifferAndBitsDoNotDependOnTheThreads) {
  const BeliefNet net = random_belief_net(1);
  SampleOptions two = options();
  two.frames = 2;
  two.sweeps_between = 1;
  Context one(1), three(3);
  const Samples samples = draw_samples(one, net, two), again = draw_samples(three, net, two);
  for (std::size_t frame = 0; frame < 2; ++frame) {
    EXPECT_TRUE(toy::same_bits(samples.sample[frame], again.sample[frame]));
    EXPECT_TRUE(toy::same_bits(samples.mean[frame], again.mean[frame]));
  }
  EXPECT_FALSE(toy::same_bits(samples.sample[0], samples.sample[1]));
}

// From cases the first sweep starts at what recognition draws: with a top that cannot move they stay what they were.
TEST(BeliefNetSample, StartsAtRecognisedCases) {
  Context ctx;
  BeliefNet net = golden_s1(DType::f64);
  for (Affine* map : {&net.layers[0].generative, &net.layers[0].recognition}) {
    map->weight = tensor_of(DType::f64, map->weight.rows(), map->weight.cols(),
                            [](double r, double c) { return r == c ? 200.0 : 0.0; });
    map->bias = tensor_of(DType::f64, 1, map->units(), [](double, double) { return -100.0; });
  }
  net.top.layers()[0].bias = tensor_of(DType::f64, 1, 2, [](double, double) { return -100.0; });
  net.top.layers()[1].bias = net.top.layers()[0].bias.clone();
  net.top.connections()[0].weight =
      tensor_of(DType::f64, 2, 2, [](double r, double c) { return r == c ? 200.0 : 0.0; });
  const Tensor cases = rows_of({{1, 0, 0}, {0, 1, 0}, {1, 1, 0}, {0, 0, 0}}, DType::f64);
  const Samples samples = draw_samples(ctx, net, {.chains = 4, .burn_in = 3, .start_cases = cases, .key = {1}});
  EXPECT_TRUE(toy::same_bits(samples.sample[0], cases));
}

TEST(BeliefNetSample, RefusesWhatDoesNotFit) {
  Context ctx;
  const auto refusal = [&](int number, auto&& change) {
    SampleOptions here{.chains = 2, .burn_in = 2, .length = kLength};
    change(here);
    try {
      draw_samples(ctx, random_belief_net(number), here);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  using ::testing::HasSubstr;
  const std::vector<std::uint32_t> label(2, 1), wrong(2, 3);
  const Tensor narrow(DType::f64, 2, 1);
  EXPECT_EQ(refusal(5, [&](auto& o) { o.labels = label; }), "");
  EXPECT_THAT(refusal(5, [](auto& o) { o.length = 0; }), HasSubstr("documents need a length"));
  EXPECT_THAT(refusal(0, [&](auto& o) { o.labels = label; }), HasSubstr("no label layer to clamp"));
  EXPECT_THAT(refusal(1, [&](auto& o) { o.labels = wrong; }), HasSubstr("from 0 to 2, got 3"));
  EXPECT_THAT(refusal(1, [&](auto& o) { o.start_cases = narrow; }), HasSubstr("to start from"));
}

}  // namespace
}  // namespace deepboltz::testing
