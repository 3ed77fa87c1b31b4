// Documents of different lengths that exchange their hidden units: every length keeps its exact distribution, and long
// documents get from one topic to another that Gibbs sampling does not.
#include "deepboltz/sample/length_exchange.h"

#include <cstring>

#include "tests/model/counts_machine.h"
#include "tests/sample/histogram.h"
#include <gtest/gtest.h>

#include "deepboltz/sample/gibbs.h"

namespace deepboltz::testing {
namespace {

// `count` rows of every length, the lengths in turn.
State mixed(Context& ctx, const EnergyModel& model, std::span<const int> lengths, std::int64_t count) {
  State chains = model.make_state(ctx, count * std::int64_t(lengths.size()));
  for (std::size_t r = 0; r < chains.lengths().size(); ++r) chains.lengths()[r] = lengths[r % lengths.size()];
  return chains;
}

State of_length(Context& ctx, const EnergyModel& model, const State& chains, int length) {
  State rows = model.make_state(ctx, std::ranges::count(chains.lengths(), double(length)));
  std::int64_t next = 0;
  for (std::int64_t r = 0; r < chains.cases; ++r)
    if (chains.lengths()[std::size_t(r)] == length) copy_row(chains, r, rows, next++);
  return rows;
}

class ExchangeOfDocuments : public ::testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(Random, ExchangeOfDocuments, ::testing::Range(0, 12));

TEST_P(ExchangeOfDocuments, LeavesEveryLengthUnchanged) {
  constexpr std::int64_t kDraws = 6'000;
  Context ctx;
  const Key key = Key{900}.fold(std::uint64_t(GetParam()));
  const EnergyModel model = random_counts(GetParam(), GetParam() % 2 == 0 ? DType::f32 : DType::f64);
  const int lengths[] = {2, 1, 3};
  State chains = mixed(ctx, model, lengths, kDraws);
  for (std::size_t l = 0; l < 3; ++l) {
    const State exact = state_of(ctx, model, BruteForce(model, 1, nullptr, lengths[l]).draw(kDraws, key.fold(l)));
    for (std::int64_t r = 0; r < kDraws; ++r) copy_row(exact, r, chains, 3 * r + std::int64_t(l));
  }
  const auto before = chains.length;
  SwapRecord record;
  std::int64_t round = 0;
  advance(ctx, model, LengthExchange{.levels = 3, .words = model.block(model.visible()), .rounds = 4}, key.fold(3),
          chains, round, record);
  EXPECT_EQ(chains.length, before);
  EXPECT_EQ(round, 4);
  EXPECT_GT(record.acceptance(), 0.1);
  for (int length : lengths) {
    const BruteForce exact(model, 1, nullptr, length);
    EXPECT_LT(total_variation(of_length(ctx, model, chains, length), exact.states, exact.p),
              total_variation_floor(exact.p, kDraws))
        << "length " << length;
  }
}

// Two words, and a spin for each of which one comes in seven eighths: a document of 60 words changes sides when about
// half of its words are the other one, which is e^−28 of its documents; of one word, every eighth time. The biases
// prefer one side by as much in all, so that the exact share of it is known: g(s) = log 2cosh(w) + a·s, hence
// p(s = 1) = logistic(2·D·a).
constexpr int kLength = 60;
constexpr double kBias = 0.4 / (2 * kLength), kWeight = 1;

EnergyModel two_topics() {
  EnergyModel model = rbm(2, 1, {.precision = DType::f64, .visible = Counts{}, .hidden = Spin{}});
  model.connections()[0].weight.set(0, 0, kWeight);
  model.connections()[0].weight.set(1, 0, -kWeight);
  model.layers()[1].bias.set(0, 0, kBias);
  return model;
}

double share_above(const State& chains) {
  double above = 0, all = 0;
  for (std::int64_t r = 0; r < chains.cases; ++r) {
    if (chains.lengths()[std::size_t(r)] != kLength) continue;
    above += chains.layers[1].at(r, 0) > 0;
    ++all;
  }
  return above / all;
}

State all_below(Context& ctx, const EnergyModel& model, std::span<const int> lengths, std::int64_t count) {
  State chains = mixed(ctx, model, lengths, count);
  for (std::int64_t r = 0; r < chains.cases; ++r) {
    chains.layers[0].set(r, 1, chains.lengths()[std::size_t(r)]);
    chains.layers[1].set(r, 0, -1);
  }
  return chains;
}

TEST(LongDocuments, StayWithTheirTopicByGibbsSampling) {
  Context ctx;
  const EnergyModel model = two_topics();
  const int lengths[] = {kLength};
  State chains = all_below(ctx, model, lengths, 400);
  advance(ctx, model, Gibbs{300}, {1}, chains);
  EXPECT_LT(share_above(chains), 0.02);
}

TEST(LongDocuments, ChangeTheirTopicByExchange) {
  constexpr std::int64_t kChains = 400;
  Context ctx;
  const EnergyModel model = two_topics();
  const int lengths[] = {1, 2, 4, 8, 15, 30, kLength};
  State chains = all_below(ctx, model, lengths, kChains);
  SwapRecord record;
  std::int64_t round = 0;
  advance(ctx, model, LengthExchange{.levels = 7, .words = model.block(model.visible()), .rounds = 300}, {2}, chains,
          round, record);
  const double share = 1 / (1 + std::exp(-2 * kLength * kBias));
  EXPECT_NEAR(share_above(chains), share, 5 * std::sqrt(share * (1 - share) / double(kChains)));
}

TEST(ExchangeOfDocuments, GivesTheSameBitsForAnyNumberOfThreads) {
  std::vector<State> ends;
  for (int threads : {1, 2, 3}) {
    Context many(threads);
    const EnergyModel model = random_counts(3, DType::f32);
    const int lengths[] = {5, 1, 2, 9};
    ends.push_back(mixed(many, model, lengths, 80));
    draw_base(many, model, nullptr, {4}, ends.back());
    SwapRecord record;
    std::int64_t round = 1;
    advance(many, model, LengthExchange{.levels = 6, .words = model.block(model.visible()), .rounds = 5}, {5},
            ends.back(), round, record);
  }
  for (std::size_t run : {1u, 2u})
    for (std::size_t l = 0; l < ends[0].layers.size(); ++l)
      EXPECT_EQ(std::memcmp(ends[0].layers[l].data(), ends[run].layers[l].data(), ends[0].layers[l].bytes()), 0);
}

TEST(ExchangeOfDocuments, NeedsLengthsAndTwoLevels) {
  Context ctx;
  const EnergyModel bits = rbm(3, 2), words = golden_counts();
  SwapRecord record;
  std::int64_t round = 0;
  State plain = bits.make_state(ctx, 10), chains = words.make_state(ctx, 10);
  chains.fill_lengths(3);
  EXPECT_THROW(advance(ctx, bits, LengthExchange{}, {1}, plain, round, record), InputError);
  EXPECT_THROW(advance(ctx, words, LengthExchange{.levels = 1}, {1}, chains, round, record), InputError);
}

TEST(LaddersOfLengths, GoFromOneWordToTheLongestByEqualFactors) {
  Context ctx;
  const State rows = start_lengths(ctx, golden_counts(), 4, 1'000, 2, {1});
  EXPECT_EQ(rows.length.front(), (std::vector<double>{1, 10, 100, 1'000, 1, 10, 100, 1'000}));
}

}  // namespace
}  // namespace deepboltz::testing
