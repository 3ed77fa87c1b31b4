// Shares of hidden units: they add up to what hidden units did, and fall to those that did it.
#include "deepboltz/task/explain.h"

#include <cmath>

#include "tests/io/refusal.h"
#include "tests/model/counts_machine.h"
#include "tests/task/toy_machine.h"
#include <gtest/gtest.h>

#include "deepboltz/infer/enumerate.h"
#include "deepboltz/task/samples.h"
#include "deepboltz/task/topics.h"

namespace deepboltz {
namespace {

using deepboltz::testing::refusal;

EnergyModel random_machine(const Unit& visible, std::int64_t units) {
  EnergyModel model = rbm(units, 4, {.precision = DType::f64, .visible = visible});
  initialise_weights(model, 1.5, Key{1});
  for (std::int64_t k = 0; k < units; ++k) model.layers()[0].bias.set(0, k, normal(Key{2}, 0, std::uint32_t(k)));
  return model;
}

Tensor row_of(const std::vector<double>& values) {
  Tensor row(DType::f64, 1, std::int64_t(values.size()));
  for (std::size_t i = 0; i < values.size(); ++i) row.set(0, std::int64_t(i), values[i]);
  return row;
}

double sum_of(const std::vector<double>& values) {
  double sum = 0;
  for (double x : values) sum += x;
  return sum;
}

TEST(Explain, SharesAddUpToTheRiseOfALogProbability) {
  Context ctx;
  const std::vector<double> h{0.9, 0.1, 0, 1};
  for (const Unit& unit : {Unit(Counts{}), Unit(Softmax{3}), Unit(Bernoulli{})}) {
    const EnergyModel model = random_machine(unit, 6);
    const auto log_p = [&](double t, std::int64_t k) {  // by scalar loops
      std::vector<double> f;
      for (std::int64_t l = 0; l < 6; ++l) {
        f.push_back(model.layers()[0].bias.at(0, l));
        for (std::int64_t j = 0; j < 4; ++j) f.back() += t * h[std::size_t(j)] * model.connections()[0].weight.at(l, j);
      }
      if (unit == Unit(Bernoulli{})) return -std::log1p(std::exp(-f[std::size_t(k)]));
      const std::int64_t first = unit == Unit(Counts{}) ? 0 : k / 3 * 3, count = unit == Unit(Counts{}) ? 6 : 3;
      double total = 0;
      for (std::int64_t l = first; l < first + count; ++l) total += std::exp(f[std::size_t(l)]);
      return f[std::size_t(k)] - std::log(total);
    };
    for (std::int64_t k = 0; k < 6; ++k) {
      const Explanation why = explain(ctx, model, row_of(h), k);
      EXPECT_NEAR(why.log_p_bias, log_p(0, k), 1e-12);
      EXPECT_NEAR(why.log_p, log_p(1, k), 1e-12);
      EXPECT_NEAR(sum_of(why.share), log_p(1, k) - log_p(0, k), 1e-7);
      EXPECT_EQ(why.share[2], 0);  // was off
    }
  }
}

// A unit that raises all words alike has no share in any.
TEST(Explain, NoShareForWhatRaisesAllWordsAlike) {
  Context ctx;
  EnergyModel model = random_machine(Counts{}, 5);
  for (std::int64_t k = 0; k < 5; ++k) model.connections()[0].weight.set(k, 1, 3);
  for (std::int64_t k = 0; k < 5; ++k) EXPECT_NEAR(explain(ctx, model, row_of({1, 1, 0.5, 0.2}), k).share[1], 0, 1e-7);
}

TEST(Explain, RefusesWhatIsNotThere) {
  Context ctx;
  const EnergyModel words = random_machine(Counts{}, 5), spins = random_machine(Spin{}, 5);
  const Tensor four = row_of({1, 0, 0, 0}), three = row_of({1, 0, 0});
  EXPECT_NE(refusal([&] { explain(ctx, words, four, 5); }).find("no visible unit 5"), std::string::npos);
  EXPECT_NE(refusal([&] { explain(ctx, words, three, 0); }).find("1 × 4 means"), std::string::npos);
  EXPECT_NE(refusal([&] { explain(ctx, spins, four, 0); }).find("expected counts"), std::string::npos);
}

TEST(Explain, BeginsWithTheWordOfTheDocumentThatWasRaisedMost) {
  Context ctx;
  const EnergyModel model = random_machine(Counts{}, 6);
  const Tensor hidden = row_of({0.9, 0.1, 0, 1});
  std::vector<double> visible(6, 0);
  EXPECT_NE(refusal([&] { most_raised(ctx, model, row_of(visible), hidden); }).find("no visible unit"),
            std::string::npos);
  std::optional<std::int64_t> best;
  std::vector<double> rise;
  for (std::int64_t k = 0; k < 6; ++k) {
    const Explanation why = explain(ctx, model, hidden, k);
    rise.push_back(why.log_p - why.log_p_bias);
    visible[std::size_t(k)] = double(k + 1);  // the later words come more often
    if (!best || rise.back() > rise[std::size_t(*best)]) best = k;
    EXPECT_EQ(most_raised(ctx, model, row_of(visible), hidden), *best);
  }
}

TEST(Topics, AreTheWordsOfTheGreatestWeightsOfTheStrongestUnits) {
  EnergyModel model = rbm(3, 2, {.visible = Counts{}});
  const double w[3][2] = {{1, -1}, {3, 0}, {2, 5}};
  for (int k = 0; k < 3; ++k)
    for (int j = 0; j < 2; ++j) model.connections()[0].weight.set(k, j, w[k][j]);
  EXPECT_EQ(topics_text(model, {}, 2), "");
  EXPECT_EQ(topics_text(model, {"cat", "dog", "fox"}, 2), "   1  fox dog\n   0  dog fox\n");  // norms √26 and √14
  const auto all = topics(model, 10);
  EXPECT_EQ(all[0].unit, 1);
  EXPECT_EQ(all[0].words.size(), 3u);
  EXPECT_EQ(all[0].words[2].weight, -1);
}

TEST(Samples, OfDocumentsHaveTheirLength) {
  Context ctx;
  const EnergyModel model = random_machine(Counts{}, 6);
  EXPECT_NE(refusal([&] { draw_samples(ctx, model, {.chains = 3, .burn_in = 4}); }).find("length"), std::string::npos);
  const Samples drawn = draw_samples(ctx, model, {.chains = 3, .burn_in = 4, .length = 17, .key = Key{4}});
  for (std::int64_t r = 0; r < 3; ++r) {
    double words = 0;
    for (std::int64_t k = 0; k < 6; ++k) words += drawn.sample[0].at(r, k);
    EXPECT_EQ(words, 17);
  }
}

// Documents of two words beside extra ones come as often as the model says.
TEST(Samples, OfDocumentsAreWithoutTheExtraWords) {
  constexpr std::int64_t kChains = 20'000;
  Context ctx;
  const EnergyModel model = testing::golden_counts(DType::f64, 3);
  const auto rows = testing::count_vectors(3, 2);
  std::vector<double> given(rows.size());
  exact_log_z_given(ctx, model, testing::documents(ctx, model, rows), {}, given);
  const double log_z = exact_log_z(ctx, model, {.length = 5});
  const Samples drawn = draw_samples(ctx, model, {.chains = kChains, .burn_in = 30, .length = 2, .key = Key{5}});
  for (std::size_t d = 0; d < rows.size(); ++d) {
    const double p = std::exp(given[d] - log_z);
    double seen = 0;
    for (std::int64_t r = 0; r < kChains; ++r) {
      bool same = true;
      for (std::int64_t k = 0; k < 3; ++k) same &= drawn.sample[0].at(r, k) == rows[d][std::size_t(k)];
      seen += same;
    }
    EXPECT_NEAR(seen / double(kChains), p, 5 * std::sqrt(p * (1 - p) / double(kChains)));
  }
}

}  // namespace
}  // namespace deepboltz
