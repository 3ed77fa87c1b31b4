// The simplest machines of a set of cases, against their formulas: every log p from counts of the cases alone.
#include "deepboltz/task/independent_units.h"

#include <cmath>
#include <numbers>
#include <numeric>

#include <gtest/gtest.h>

#include "deepboltz/learn/source.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/task/mixture.h"

namespace deepboltz {
namespace {

Dataset dataset(DType type, std::vector<std::vector<double>> rows) {
  Dataset data{"rows", Tensor(type, std::int64_t(rows.size()), std::int64_t(rows[0].size()))};
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t i = 0; i < rows[r].size(); ++i) data.x.set(std::int64_t(r), std::int64_t(i), rows[r][i]);
  return data;
}

Cases bits(std::vector<std::vector<double>> rows) {
  for (auto& row : rows)
    for (double& x : row) x *= 255;
  return cases_of(finished(dataset(DType::u8, std::move(rows))));
}

Cases numbers(std::vector<std::vector<double>> rows) {
  Cases cases = cases_of(finished(dataset(DType::f32, std::move(rows))));
  cases.columns[0].binarise = Binarisation::none;
  return cases;
}

std::vector<std::vector<double>> all_bits(std::int64_t units) {
  std::vector<std::vector<double>> rows;
  for (std::int64_t word = 0; word < std::int64_t(1) << units; ++word) {
    rows.emplace_back();
    for (std::int64_t i = 0; i < units; ++i) rows.back().push_back(double(word >> i & 1));
  }
  return rows;
}

// Bits that come in two patterns, a tenth of them turned.
Cases two_patterns(std::int64_t cases, Key key) {
  std::vector<std::vector<double>> rows;
  for (std::uint32_t r = 0; r < cases; ++r) {
    rows.emplace_back();
    for (std::uint32_t i = 0; i < 6; ++i)
      rows.back().push_back(double(((r + i) % 2 == 0) != (uniform(key, r, i) < 0.1f)));
  }
  return bits(rows);
}

double sum_of_p(const std::vector<double>& log_p) {
  double sum = 0;
  for (const double value : log_p) sum += std::exp(value);
  return sum;
}

TEST(IndependentUnits, OfBitsAndSpinsAreTheMeansWithACaseMoreOnEitherSide) {
  Context ctx;
  const Cases train = bits({{1, 0, 1}, {1, 0, 0}, {1, 0, 0}}), states = bits(all_bits(3));
  const double on[] = {4.0 / 5, 1.0 / 5, 2.0 / 5};
  for (const Unit unit : {Unit(Bernoulli{}), Unit(Spin{})}) {
    EnergyModel model = rbm(3, 2, {.precision = DType::f64, .visible = unit});
    if (std::holds_alternative<Spin>(unit)) standardise_by(0.5, 0.5, model.layer(model.visible()));
    const auto log_p = IndependentUnits(ctx, model, train).log_p(ctx, states, 8, true);
    for (std::size_t word = 0; word < 8; ++word) {
      double expected = 0;
      for (std::size_t i = 0; i < 3; ++i) expected += std::log(word >> i & 1 ? on[i] : 1 - on[i]);
      EXPECT_NEAR(log_p[word], expected, 1e-12) << name_of(unit) << word;
    }
  }
}

TEST(IndependentUnits, OfSequencesAreIndependentSites) {
  Context ctx;
  const Cases train = numbers({{1, 0, 0, 0, 1, 0}, {1, 0, 0, 0, 0, 1}});
  const EnergyModel model = rbm(6, 2, {.precision = DType::f64, .visible = Softmax{3}});
  const auto log_p = IndependentUnits(ctx, model, train).log_p(ctx, train, 2, false);
  EXPECT_NEAR(log_p[0], std::log(3.0 / 5) + std::log(2.0 / 5), 1e-12);
}

TEST(IndependentUnits, OfDocumentsAreUnigrams) {
  Context ctx;
  const Cases train = numbers({{2, 1, 0}, {0, 1, 0}});
  const EnergyModel model = rbm(3, 2, {.precision = DType::f64, .visible = Counts{}});
  const auto log_p = IndependentUnits(ctx, model, train).log_p(ctx, train, 2, false);
  EXPECT_NEAR(log_p[0], 3 * std::log(3.0 / 7), 1e-12);  // three words, each of 3 in 7
  EXPECT_NEAR(log_p[1], std::log(3.0 / 7), 1e-12);
}

TEST(IndependentUnits, OfRealValuesAreNormalsInTheDatasOwnUnits) {
  Context ctx;
  const Cases train = numbers({{1, 100}, {3, 300}, {5, 800}});
  const EnergyModel model = rbm(2, 2, {.precision = DType::f64, .visible = Gaussian{}});
  const auto log_p = IndependentUnits(ctx, model, train).log_p(ctx, train, 3, false);
  const auto normal_log_p = [](double x, double mean, double variance) {
    return -(x - mean) * (x - mean) / (2 * variance) - std::log(2 * std::numbers::pi * variance) / 2;
  };
  EXPECT_NEAR(log_p[2], normal_log_p(5, 3, 8.0 / 3) + normal_log_p(800, 400, 260'000.0 / 3), 1e-9);
}

TEST(IndependentUnits, KnowTheSharesOfTheClasses) {
  Context ctx;
  Dataset data = dataset(DType::u8, {{255}, {255}, {0}});
  data.labels = {0, 1, 1};
  const Cases train = cases_of(finished(std::move(data)));
  const EnergyModel model = rbm(1, 2, {.precision = DType::f64, .classes = 2});
  const IndependentUnits units(ctx, model, train);
  EXPECT_NEAR(units.log_p(ctx, train, 3, false)[0], std::log(3.0 / 5), 1e-12);
  EXPECT_NEAR(units.log_p(ctx, train, 3, true)[0], std::log(3.0 / 5) + std::log(2.0 / 5), 1e-12);
}

TEST(IndependentUnits, DrawStatesOfTheMachineWithTheirLogP) {
  Context ctx;
  const Cases train = numbers({{1, 100}, {3, 300}, {5, 800}});
  EnergyModel model = rbm(2, 2, {.precision = DType::f64, .visible = Gaussian{}});
  standardise_by(3, 2, model.layer(model.visible()));
  constexpr std::int64_t kDraws = 20'000;
  std::vector<double> log_q(kDraws);
  const State state = IndependentUnits(ctx, model, train).draw(ctx, model, {1}, log_q);
  double mean = 0, square = 0, entropy = 0;
  for (std::int64_t r = 0; r < kDraws; ++r) {
    const double x = 3 + 2 * state.x(model.visible()).as<double>()(r, 1);
    mean += x / kDraws;
    square += (x - 400) * (x - 400) / kDraws;
    entropy -= log_q[std::size_t(r)] / kDraws;
  }
  const double variance = 260'000.0 / 3, error = 4 / std::sqrt(double(kDraws));
  EXPECT_NEAR(mean, 400, error * std::sqrt(variance));
  EXPECT_NEAR(square, variance, error * variance * std::numbers::sqrt2);
  EXPECT_NEAR(entropy, 1 + std::log(2 * std::numbers::pi) + std::log(8.0 / 3 * variance) / 2, error);
}

TEST(Mixture, IsADistribution) {
  Context ctx;
  const EnergyModel model = rbm(6, 2, {.precision = DType::f64});
  const Mixture mixture(ctx, model, two_patterns(40, {1}), {.parts = 3, .key = {2}});
  EXPECT_NEAR(sum_of_p(mixture.log_p(ctx, model, bits(all_bits(6)))), 1, 1e-12);
}

TEST(Mixture, OfTwoPatternsFindsThem) {
  Context ctx;
  const EnergyModel model = rbm(6, 2);
  const Cases train = two_patterns(2'000, {1}), test = two_patterns(2'000, {2});
  const Mixture mixture(ctx, model, train, {.parts = 2, .key = {3}});
  const std::vector<double> log_p = mixture.log_p(ctx, model, test);
  const double mean = std::reduce(log_p.begin(), log_p.end()) / 2'000;
  const double entropy = -(6 * (0.1 * std::log(0.1) + 0.9 * std::log(0.9)));
  EXPECT_NEAR(mean, -entropy - std::log(2), 0.1);  // which pattern, and what of it is turned
  const auto independent = IndependentUnits(ctx, model, train).log_p(ctx, test, 2'000, false);
  EXPECT_GT(mean, std::reduce(independent.begin(), independent.end()) / 2'000 + 1);
}

TEST(Mixture, OfOnePartIsIndependentUnits) {
  Context ctx;
  const EnergyModel model = rbm(6, 2, {.precision = DType::f64});
  const Cases train = two_patterns(60, {1});
  const auto one = Mixture(ctx, model, train, {.parts = 1, .key = {2}}).log_p(ctx, model, train),
             independent = IndependentUnits(ctx, model, train).log_p(ctx, train, 60, false);
  // The part has a case more, at means that have a case more on either side.
  for (std::size_t r = 0; r < one.size(); ++r) EXPECT_NEAR(one[r], independent[r], 0.05);
}

}  // namespace
}  // namespace deepboltz
