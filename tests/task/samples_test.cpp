#include "deepboltz/task/samples.h"

#include "tests/model/counts_machine.h"
#include "tests/task/toy_machine.h"
#include <gtest/gtest.h>

#include "deepboltz/infer/enumerate.h"

namespace deepboltz {
namespace {

// 5 standard errors of a coin over independent chains are 2.5/√chains; 40 sweeps forget the start on weights of this
// size.
TEST(Samples, FollowTheMarginals) {
  Context ctx(2);
  const EnergyModel machine = toy::random_dbm({3, 2}, 4, 3, 1.0, Key{7});
  constexpr std::int64_t kChains = 10'000;
  const Samples samples = draw_samples(ctx, machine, {.chains = kChains, .burn_in = 40, .key = {1}});
  const auto exact = toy::exact_means(machine, machine.visible(), [](const toy::Joint&) { return true; });
  for (std::int64_t i = 0; i < 4; ++i) {
    double drawn = 0, mean = 0;
    for (std::int64_t r = 0; r < kChains; ++r) {
      drawn += samples.sample[0].at(r, i) / double(kChains);
      mean += samples.mean[0].at(r, i) / double(kChains);
    }
    EXPECT_NEAR(drawn, exact[std::size_t(i)], 0.025);
    EXPECT_NEAR(mean, exact[std::size_t(i)], 0.025);
  }
  const auto classes = toy::exact_means(machine, *machine.find(Role::label), [](const toy::Joint&) { return true; });
  for (std::uint32_t y = 0; y < 3; ++y)
    EXPECT_NEAR(double(std::ranges::count(samples.label[0], y)) / kChains, classes[y], 0.025);
}

// Two modes that Gibbs sampling does not join, all chains in one of them: by weaker machines they come to both.
TEST(Samples, ByATrajectoryLeaveTheModeThatTheyStartIn) {
  Context ctx(2);
  EnergyModel machine = rbm(4, 4, {.precision = DType::f64});
  const auto pull = [](EnergyModel& model, double strength) {  // all units on, or all off, with the same energy
    for (std::int64_t i = 0; i < 4; ++i) {
      for (std::int64_t j = 0; j < 4; ++j) model.connections()[0].weight.set(i, j, 4 * strength);
      for (Layer& layer : model.layers()) layer.bias.set(0, i, -8 * strength);
    }
  };
  pull(machine, 1);
  Trajectory trajectory;
  for (double strength : {0.0, 0.15, 0.3, 0.45, 0.6, 0.8}) {
    trajectory.machines.push_back(machine.clone());
    pull(trajectory.machines.back(), strength);
  }
  for (std::size_t m = 0; m <= trajectory.machines.size(); ++m) trajectory.chains.push_back(machine.make_state(ctx, 7));
  constexpr std::int64_t kChains = 2'000;
  const Samples samples = draw_samples(ctx, machine,
                                       {.chains = kChains,
                                        .burn_in = 400,
                                        .sampler = {.kind = ChainSampler::Kind::trajectory},
                                        .trajectory = &trajectory,
                                        .key = {1}});
  double on = 0;
  for (std::int64_t r = 0; r < kChains; ++r) on += samples.sample[0].at(r, 0) / double(kChains);
  EXPECT_NEAR(on, 0.5, 2.5 / std::sqrt(double(kChains)));
  ASSERT_TRUE(samples.report && samples.report->barrier);
  EXPECT_GT(*samples.report->acceptance, 0.1);
  const SampleOptions without{.sampler = {.kind = ChainSampler::Kind::trajectory}};
  EXPECT_THROW(draw_samples(ctx, machine, without), InputError);
}

TEST(Samples, DocumentsHaveTheirLength) {
  Context ctx;
  const EnergyModel machine = testing::golden_counts();
  SampleOptions options{.chains = 20, .burn_in = 20, .length = 5};
  using Kind = ChainSampler::Kind;
  for (const auto kind : {Kind::gibbs, Kind::tempered_transitions, Kind::length_exchange}) {
    options.sampler.kind = kind;
    const Samples samples = draw_samples(ctx, machine, options);
    for (std::int64_t r = 0; r < 20; ++r) {
      double words = 0;
      for (std::int64_t k = 0; k < 3; ++k) words += samples.sample[0].at(r, k);
      EXPECT_EQ(words, 5);
    }
  }
  options.sampler.kind = Kind::parallel_tempering;
  EXPECT_THROW(draw_samples(ctx, machine, options), InputError);
  const SampleOptions no_documents{.sampler = {.kind = Kind::length_exchange}};
  EXPECT_THROW(draw_samples(ctx, rbm(3, 2), no_documents), InputError);
}

// Each word's share of five words: the mean over 20,000 documents has a standard error of ½/√20,000 at most.
TEST(Samples, DocumentsThatExchangeLengthsAreOfTheModel) {
  constexpr std::int64_t kChains = 20'000;
  Context ctx;
  const EnergyModel machine = testing::golden_counts();
  const Parameters exact = exact_moments(ctx, machine, {.length = 5});
  const Samples samples = draw_samples(ctx, machine,
                                       {.chains = kChains,
                                        .burn_in = 30,
                                        .sampler = {.kind = ChainSampler::Kind::length_exchange, .levels = 4},
                                        .length = 5,
                                        .key = {3}});
  for (std::int64_t k = 0; k < 3; ++k) {
    double share = 0;
    for (std::int64_t r = 0; r < kChains; ++r) share += samples.sample[0].at(r, k) / 5 / double(kChains);
    EXPECT_NEAR(share, exact.bias[0].at(0, k) / 5, 2.5 / std::sqrt(double(kChains)));
  }
  ASSERT_TRUE(samples.report && samples.report->barrier);
  EXPECT_GT(*samples.report->acceptance, 0.1);
}

TEST(Samples, OfAClassFollowItsConditional) {
  Context ctx(2);
  const EnergyModel machine = toy::random_dbm({3, 2}, 4, 3, 1.0, Key{7}, DType::f32);
  constexpr std::int64_t kEach = 8'000;
  const auto labels = row_a_class(3, kEach);
  const Samples samples =
      draw_samples(ctx, machine, {.chains = 3 * kEach, .burn_in = 40, .labels = labels, .key = {1}});
  EXPECT_EQ(samples.label[0], labels);
  const LayerId label = *machine.find(Role::label);
  for (std::size_t y = 0; y < 3; ++y) {
    const auto exact = toy::exact_means(machine, machine.visible(),
                                        [&](const toy::Joint& x) { return x[std::size_t(label.index)][y] == 1; });
    for (std::int64_t i = 0; i < 4; ++i) {
      double mean = 0;
      for (std::int64_t r = 0; r < kEach; ++r)
        mean += samples.mean[0].at(std::int64_t(y) * kEach + r, i) / double(kEach);
      EXPECT_NEAR(mean, exact[std::size_t(i)], 2.5 / std::sqrt(double(kEach)));
    }
  }
}

TEST(Samples, FramesAreTheSameChainsLater) {
  Context ctx(1);
  const EnergyModel machine = toy::random_dbm({3, 2}, 4, 0, 1.0, Key{7});
  const Tensor start = toy::matrix({{1, 0, 1, 0}, {1, 1, 1, 1}});
  const Samples frames = draw_samples(
      ctx, machine, {.chains = 2, .burn_in = 3, .frames = 3, .sweeps_between = 2, .start_cases = start, .key = {1}});
  ASSERT_EQ(frames.mean.size(), 3u);
  const Samples longer = draw_samples(ctx, machine, {.chains = 2, .burn_in = 7, .start_cases = start, .key = {1}});
  for (std::int64_t r = 0; r < 2; ++r)
    for (std::int64_t i = 0; i < 4; ++i) EXPECT_EQ(frames.mean[2].at(r, i), longer.mean[0].at(r, i));
}

TEST(Samples, StartFromTheGivenMeans) {
  Context ctx(1);
  EnergyModel machine =
      rbm(3, 2, {.precision = DType::f64});       // weights zero: hidden units see nothing, pixels are fair coins
  machine.connections()[0].weight.set(0, 0, 60);  // but pixel 0 and hidden unit 0 keep each other on, or off
  machine.layers()[0].bias.set(0, 0, -30);
  machine.layers()[1].bias.set(0, 0, -30);
  const Samples on =
      draw_samples(ctx, machine, {.chains = 50, .burn_in = 5, .start_means = toy::matrix({{1, .5, .5}}), .key = {1}});
  const Samples off =
      draw_samples(ctx, machine, {.chains = 50, .burn_in = 5, .start_means = toy::matrix({{0, .5, .5}}), .key = {1}});
  for (std::int64_t r = 0; r < 50; ++r) {
    EXPECT_EQ(on.sample[0].at(r, 0), 1);
    EXPECT_EQ(off.sample[0].at(r, 0), 0);
  }
}

TEST(Samples, OfAWhitenedLayerAreShownAsDrawn) {
  EnergyModel model = rbm(2, 1, {.visible = Gaussian{}});
  Samples samples;
  samples.mean.push_back(toy::matrix({{1, 2}}));
  samples.sample.push_back(toy::matrix({{3, 4}}));
  EXPECT_EQ(shown_frames(model, samples)[0].at(0, 0), 1);
  model.layers()[0].whitening = whitening_by(toy::matrix({{2, 1}, {1, 2}}));
  EXPECT_EQ(shown_frames(model, samples)[0].at(0, 0), 3);
}

TEST(Samples, RefusesWhatDoesNotFit) {
  Context ctx(1);
  const EnergyModel plain = toy::random_dbm({2}, 3, 0, 1, Key{1}), labelled = toy::random_dbm({2}, 3, 3, 1, Key{1});
  const std::vector<std::uint32_t> two{0, 1}, high{0, 3};
  const Tensor wrong(DType::f64, 2, 4);
  EXPECT_THROW(draw_samples(ctx, plain, {.chains = 2, .labels = two}), InputError);
  EXPECT_THROW(draw_samples(ctx, labelled, {.chains = 3, .labels = two}), InputError);
  EXPECT_THROW(draw_samples(ctx, labelled, {.chains = 2, .labels = high}), InputError);
  EXPECT_THROW(draw_samples(ctx, plain, {.chains = 2, .start_cases = wrong}), InputError);
}

}  // namespace
}  // namespace deepboltz
