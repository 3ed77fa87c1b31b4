// How well predictions fit a part, against the log-probabilities of every unit.
#include "deepboltz/task/part_distance.h"

#include <cmath>

#include "tests/model/brute_force.h"
#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

namespace deepboltz::testing {
namespace {

constexpr int kQueries = 3;

// log p(x | mean) of one unit, its values side by side.
struct LogP {
  std::vector<double> x, mean;

  double operator()(const Bernoulli&) const { return std::log(x[0] == 1 ? mean[0] : 1 - mean[0]); }
  double operator()(const Spin&) const { return std::log((1 + x[0] * mean[0]) / 2); }
  double operator()(const Gaussian&) const { return -std::pow(x[0] - mean[0], 2) / 2; }
  double operator()(const Binomial& unit) const {
    const double n = double(unit.trials), p = mean[0] / n;
    return std::lgamma(n + 1) - std::lgamma(x[0] + 1) - std::lgamma(n - x[0] + 1) + x[0] * std::log(p) +
           (n - x[0]) * std::log(1 - p);
  }
  double operator()(const Softmax&) const {
    for (std::size_t k = 0; k < x.size(); ++k)
      if (x[k] == 1) return std::log(mean[k]);
    return 0;
  }
  double operator()(const Counts&) const {  // a word
    double sum = 0, words = 0, all = 0;
    for (double m : mean) all += m;
    for (std::size_t k = 0; k < x.size(); ++k) {
      sum += x[k] * std::log(mean[k] / all);
      words += x[k];
    }
    return sum / std::max(1.0, words);
  }
  double operator()(const Relu&) const { return 0; }
};

// Means that the unit can have; those of a softmax unit and of counts need not add up to 1.
std::vector<double> random_mean(const Unit& unit, std::int64_t units, Key key) {
  std::vector<double> mean;
  for (std::int64_t i = 0; i < units; ++i) mean.push_back(0.05 + 0.9 * double(uniform(key, 0, std::uint32_t(i))));
  for (double& m : mean) {
    if (std::holds_alternative<Spin>(unit)) m = 2 * m - 1;
    if (const auto* binomial = std::get_if<Binomial>(&unit)) m *= double(binomial->trials);
    if (std::holds_alternative<Gaussian>(unit)) m = 4 * m - 2;
    if (std::holds_alternative<Counts>(unit)) m *= 3;
  }
  return mean;
}

Tensor rows_of(const std::vector<std::vector<double>>& rows) {
  Tensor out(DType::f64, std::int64_t(rows.size()), std::int64_t(rows[0].size()));
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t i = 0; i < rows[r].size(); ++i) out.set(std::int64_t(r), std::int64_t(i), rows[r][i]);
  return out;
}

class PartFits : public ::testing::TestWithParam<Unit> {};
INSTANTIATE_TEST_SUITE_P(Units, PartFits,
                         ::testing::Values(Unit(Bernoulli{}), Unit(Spin{}), Unit(Binomial{3}), Unit(Softmax{3}),
                                           Unit(Gaussian{}), Unit(Counts{})));

TEST_P(PartFits, AreDifferencesOfLogProbabilities) {
  const Unit unit = GetParam();
  const bool counts = std::holds_alternative<Counts>(unit);
  Context ctx;
  EnergyModel model(DType::f64);
  const std::int64_t group = counts ? 4 : group_size(unit);
  const Layer& layer = model.layer(model.add("part", unit, counts ? 4 : 2 * group, Role::visible));
  std::vector<std::vector<double>> x = counts ? values_of(layer, 3) : values_of(layer), means;
  if (std::holds_alternative<Gaussian>(unit)) x = {{-1.5, 0.3}, {0, 0}, {2, -0.7}};
  if (counts) x.push_back({0, 0, 0, 0});  // no words fit everything alike
  for (int q = 0; q <= kQueries; ++q) means.push_back(random_mean(unit, layer.units, Key{7}.fold(std::uint64_t(q))));
  const std::vector<double> base = means.back();
  means.pop_back();
  const Tensor fits = part_fits(ctx, unit, rows_of(means), rows_of(x), rows_of({base}));
  const auto part = [&](const std::vector<double>& all, std::int64_t first) {
    return std::vector<double>(all.begin() + first, all.begin() + first + group);
  };
  for (std::size_t q = 0; q < means.size(); ++q)
    for (std::size_t r = 0; r < x.size(); ++r) {
      double expected = 0;
      for (std::int64_t i = 0; i < layer.units; i += group)
        expected += std::visit(LogP{part(x[r], i), part(means[q], i)}, unit) -
                    std::visit(LogP{part(x[r], i), part(base, i)}, unit);
      EXPECT_NEAR(fits.at(std::int64_t(q), std::int64_t(r)), expected, 1e-12);
    }
}

TEST(PartDistances, AreSquaresAUnitAndNatsAWord) {
  const Tensor x = rows_of({{1, 0}, {0, 1}}), means = rows_of({{0.5, 0.25}});
  EXPECT_NEAR(part_distances(Bernoulli{}, x, means)[0], (0.25 + 0.0625) / 2, 1e-15);
  const Tensor words = rows_of({{2, 1}, {0, 0}}), shares = rows_of({{6, 2}});
  const std::vector<double> nats = part_distances(Counts{}, words, shares);
  EXPECT_NEAR(nats[0], -(2 * std::log(0.75) + std::log(0.25)) / 3, 1e-15);
  EXPECT_TRUE(std::isnan(nats[1]));
}

TEST(Cosines, AreOneOfTheSameDirectionAndNoneOfNothing) {
  Context ctx;
  const Tensor found = cosines(ctx, rows_of({{3, 4}, {0, 0}}), rows_of({{6, 8}, {4, -3}, {1, 0}}));
  EXPECT_NEAR(found.at(0, 0), 1, 1e-15);
  EXPECT_NEAR(found.at(0, 1), 0, 1e-15);
  EXPECT_NEAR(found.at(0, 2), 0.6, 1e-15);
  for (std::int64_t s = 0; s < 3; ++s) EXPECT_EQ(found.at(1, s), 0);
}

}  // namespace
}  // namespace deepboltz::testing
