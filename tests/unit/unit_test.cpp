// Laws of every unit. A unit of one number joins by its line in the table; a new kind of group by its case in Verbs.
#include "deepboltz/unit/unit.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <ostream>
#include <stdexcept>
#include <vector>

#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

#include "deepboltz/rng/draw.h"

namespace deepboltz {

void PrintTo(const Unit& unit, std::ostream* out) { *out << word_of(unit); }

namespace {

using testing::slope_of;
using Vector = std::vector<double>;

// The verbs of a unit, for one group of numbers whatever its kind.
struct Verbs {
  const Unit& unit;

  // One body for units of one number, one for groups.
  template <class Scalar, class Group> auto visit(Scalar&& scalar, Group&& group) const {
    return std::visit(
        [&]<class U>(const U& u) -> decltype(group(Softmax{})) {
          if constexpr (ScalarUnit<U> && NormalisedUnit<U>)
            return scalar(u);
          else if constexpr (std::is_same_v<U, Softmax>)
            return group(u);
          else
            throw std::logic_error("a row of counts and a rectified linear unit have laws of their own, below");
        },
        unit);
  }

  double log_partition(const Vector& f) const {
    return visit([&](const auto& scalar) { return scalar.log_partition(f[0]); },
                 [&](const Softmax& softmax) { return softmax.log_partition(f.data()); });
  }
  template <class Real> std::vector<Real> mean(const std::vector<Real>& f) const {
    std::vector<Real> mu(f.size());
    visit([&](const auto& scalar) { mu[0] = scalar.mean(f[0]); },
          [&](const Softmax& softmax) { softmax.mean(f.data(), mu.data()); });
    return mu;
  }
  double entropy(const Vector& mu) const {
    return visit([&](const auto& scalar) { return scalar.entropy(mu[0]); },
                 [&](const Softmax& softmax) { return softmax.entropy(mu.data()); });
  }
  Vector draw(const Vector& mu, double u) const {
    Vector x(mu.size(), 0.0);
    visit([&](const auto& scalar) { x[0] = scalar.draw(mu[0], u); },
          [&](const Softmax& softmax) { x[std::size_t(softmax.draw(mu.data(), u))] = 1; });
    return x;
  }
  // All states, by enumeration, each with the log of its measure.
  struct State {
    Vector x;
    double log_measure;
  };
  std::vector<State> states() const {
    std::vector<State> all;
    visit(
        [&]<class U>(const U& scalar) {
          if constexpr (CountableUnit<U>)
            for (std::int64_t k = 0; k < scalar.values(); ++k) {
              double log_measure = 0;
              if constexpr (MeasuredUnit<U>) log_measure = scalar.log_measure(scalar.value(k));
              all.push_back({{scalar.value(k)}, log_measure});
            }
        },
        [&](const Softmax& softmax) {
          for (std::int64_t k = 0; k < softmax.classes; ++k) {
            all.push_back({Vector(std::size_t(softmax.classes), 0.0), 0});
            all.back().x[std::size_t(k)] = 1;
          }
        });
    return all;
  }
  // The least and the greatest value of a number of the unit.
  double least() const { return states().front().x.back(); }
  double greatest() const { return states().back().x.back(); }
};

double dot(const Vector& x, const Vector& y) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += x[i] * y[i];
  return sum;
}

class EveryUnit : public ::testing::TestWithParam<Unit> {
 protected:
  Verbs unit() const { return {GetParam()}; }
  // What errors of a unit's numbers are measured in.
  double range() const { return std::max(1.0, unit().greatest()); }
  // Fields from gentle to steep.
  std::vector<Vector> fields() const {
    std::vector<Vector> all;
    for (double reach : {0.0, 0.3, 1.0, 5.0, 20.0})
      for (std::uint32_t i = 0; i < 5; ++i) {
        Vector f(std::size_t(group_size(GetParam())));
        for (std::size_t k = 0; k < f.size(); ++k) f[k] = reach * (2 * uniform(Key{1}, i, std::uint32_t(k)) - 1);
        all.push_back(f);
      }
    return all;
  }
};

TEST_P(EveryUnit, LogPartitionSumsOverAllStates) {
  for (const Vector& f : fields()) {
    double sum = 0, most = 0;
    for (const auto& [x, log_measure] : unit().states()) most = std::max(most, dot(x, f));
    for (const auto& [x, log_measure] : unit().states()) sum += std::exp(log_measure + dot(x, f) - most);
    EXPECT_NEAR(unit().log_partition(f), most + std::log(sum), 1e-12 * range());
  }
}

TEST_P(EveryUnit, MeanIsTheSlopeOfLogPartition) {
  for (Vector& f : fields()) {  // truncation 1e-10/6 times the range, rounding 1e-15·20/1e-5 times it
    const Vector mu = unit().mean(f);
    for (std::size_t k = 0; k < f.size(); ++k)
      EXPECT_NEAR(mu[k], slope_of(f[k], [&] { return unit().log_partition(f); }), 1e-8 * range());
  }
}

TEST_P(EveryUnit, EntropyIsLogPartitionLessFieldTimesMean) {
  for (const Vector& f : fields()) {
    const Vector mu = unit().mean(f);
    EXPECT_NEAR(unit().entropy(mu), unit().log_partition(f) - dot(f, mu), 1e-12 * range());
  }
}

// Every value as often as its probability says.
TEST_P(EveryUnit, DrawsHaveTheDistribution) {
  constexpr int kDraws = 50'000;
  const auto states = unit().states();
  for (const Vector& f : fields()) {
    const Vector mu = unit().mean(f);
    std::vector<int> seen(states.size(), 0);
    for (std::uint32_t i = 0; i < kDraws; ++i) {
      const Vector x = unit().draw(mu, uniform(Key{2}, i, 0));
      for (std::size_t s = 0; s < states.size(); ++s) seen[s] += x == states[s].x;
    }
    int all = 0;
    for (std::size_t s = 0; s < states.size(); ++s) {
      const double p = std::exp(states[s].log_measure + dot(states[s].x, f) - unit().log_partition(f));
      // A value seen once in kDraws is Poisson: hence the floor of a few counts.
      EXPECT_NEAR(double(seen[s]) / kDraws, p, 5 * std::sqrt(p * (1 - p) / kDraws) + 5.0 / kDraws);
      all += seen[s];
    }
    EXPECT_EQ(all, kDraws);
  }
}

TEST_P(EveryUnit, FieldsThatAreFarOutNeitherOverflowNorLeaveDoubt) {
  for (double reach : {1e3, -1e3}) {
    Vector f(std::size_t(group_size(GetParam())), 0.0);
    f.back() = reach;
    const double certain = reach > 0 ? unit().greatest() : unit().least();
    const Vector mu = unit().mean(f);
    const auto mu_float = unit().mean(std::vector<float>(f.begin(), f.end()));
    EXPECT_TRUE(std::isfinite(unit().log_partition(f)));
    EXPECT_EQ(mu.back(), certain);
    EXPECT_EQ(mu_float.back(), certain);
    EXPECT_TRUE(std::isfinite(unit().entropy(mu)));
    for (double u : {0.0, 0.5, 1 - 0x1p-24}) EXPECT_EQ(unit().draw(mu, u).back(), certain);
  }
}

TEST_P(EveryUnit, FloatAgreesWithDouble) {
  for (const Vector& f : fields()) {
    const std::vector<float> rounded(f.begin(), f.end());
    const Vector mu = unit().mean(Vector(rounded.begin(), rounded.end()));
    const auto mu_float = unit().mean(rounded);
    for (std::size_t k = 0; k < f.size(); ++k) EXPECT_NEAR(mu_float[k], mu[k], 4e-6 * std::abs(mu[k]) + 1e-7);
  }
}

TEST_P(EveryUnit, HasAWordThatNamesIt) { EXPECT_EQ(unit_of(word_of(GetParam())), GetParam()); }

INSTANTIATE_TEST_SUITE_P(Units, EveryUnit,
                         ::testing::Values(Unit(Bernoulli{}), Unit(Spin{}), Unit(Softmax{2}), Unit(Softmax{3}),
                                           Unit(Softmax{10}), Unit(Binomial{1}), Unit(Binomial{2}), Unit(Binomial{7}),
                                           Unit(Binomial{100})));

TEST(UnitWord, IsRefusedWhereItNamesNoUnit) {
  for (const char* word :
       {"", "bernoulli:2", "spins", "softmax", "softmax:", "softmax:0", "softmax:-1", "softmax:2x", "softmax:100000001",
        "binomial", "binomial:0", "binomial:1001", "binomial: 2", "counts:0", "counts:x", "counts:1000001", "Spin"})
    EXPECT_EQ(unit_of(word), std::nullopt) << word;
}

// A spin is a Bernoulli unit of twice the field: x = 2b − 1.
TEST(Spin, IsABernoulliUnitOfTwiceTheField) {
  for (double f : {-20.0, -0.3, 0.0, 0.7, 5.0}) {
    EXPECT_NEAR(Spin::log_partition(f), Bernoulli::log_partition(2 * f) - f, 1e-14);
    EXPECT_NEAR(Spin::mean(f), 2 * Bernoulli::mean(2 * f) - 1, 1e-15);
    for (double u : {0.01, 0.2, 0.9})
      EXPECT_EQ(Spin::draw(Spin::mean(f), u), 2 * Bernoulli::draw(logistic(2 * f), u) - 1);
  }
}

// The largest number of trials: cumulative sums begin at 2⁻¹⁰⁰⁰, and nothing overflows.
TEST(Binomial, OfTheMostTrialsIsDrawnAtEveryMean) {
  const Binomial unit{Binomial::kMostTrials};
  EXPECT_NEAR(unit.log_measure(500), std::lgamma(1001) - 2 * std::lgamma(501), 1e-9);
  for (double p : {1e-9, 0.1, 0.5, 0.9, 1 - 1e-9}) {
    constexpr int kDraws = 2'000;
    double sum = 0;
    for (std::uint32_t i = 0; i < kDraws; ++i) sum += unit.draw(1000 * p, double(uniform(Key{3}, i, 0)));
    EXPECT_NEAR(sum / kDraws, 1000 * p, 5 * std::sqrt(1000 * p * (1 - p) / kDraws) + 5.0 / kDraws);
  }
}

// A softmax unit of two classes is a Bernoulli unit with the difference of the fields.
TEST(Softmax, OfTwoClassesIsBernoulli) {
  for (double a : {-3.0, 0.0, 0.7})
    for (double b : {-1.0, 4.0}) {
      const Vector f{a, b};
      Vector mu(2);
      Softmax{2}.mean(f.data(), mu.data());
      EXPECT_NEAR(mu[1], Bernoulli::mean(b - a), 1e-15);
    }
}

// Rounding may leave the last cumulative sum below u.
TEST(Softmax, NeverDrawsAClassThatCannotOccur) {
  const std::vector<float> mu{0.0f, 0.3f, 0.6999999f, 0.0f};
  for (float u : {0.0f, 0.29f, 0.3f, 0.5f, 0.9999999f, 1.0f}) {
    const std::int64_t drawn = Softmax{4}.draw(mu.data(), u);
    EXPECT_EQ(drawn, u < 0.3f ? 1 : 2) << u;
  }
}

// ---- Gaussian: the laws by quadrature and moments, as there are no states to enumerate

TEST(Gaussian, LogPartitionIsTheIntegral) {
  for (double f : {-20.0, -1.0, 0.0, 0.3, 5.0}) {
    // Midpoints of width 1/100 over f ± 12: the integrand is smooth, and below e⁻⁷² of its top outside.
    double sum = 0;
    for (int k = 0; k < 2'400; ++k) {
      const double x = f - 12 + (k + 0.5) / 100;
      sum += std::exp(Gaussian::log_measure(x) + f * x - f * f / 2) / 100;
    }
    EXPECT_NEAR(Gaussian::log_partition(f), f * f / 2 + std::log(sum), 1e-12);
    EXPECT_NEAR(Gaussian::mean(f), slope_of(f, [&] { return Gaussian::log_partition(f); }), 1e-8);
    EXPECT_NEAR(Gaussian::entropy(Gaussian::mean(f)), Gaussian::log_partition(f) - f * f, 1e-12);
    EXPECT_NEAR(Gaussian::log_partition(float(f)), Gaussian::log_partition(double(float(f))), 2e-5);
  }
}

TEST(Gaussian, DrawsAreNormalAboutTheMean) {
  constexpr int kDraws = 50'000;
  double sum = 0, squares = 0, fourths = 0;
  for (std::uint32_t i = 0; i < kDraws; ++i) {
    const double x = Gaussian::draw(7.0, normal(Key{4}, i, 0)) - 7;
    sum += x / kDraws;
    squares += x * x / kDraws;
    fourths += x * x * x * x / kDraws;
  }
  EXPECT_NEAR(sum, 0, 5 / std::sqrt(kDraws));
  EXPECT_NEAR(squares, 1, 5 * std::sqrt(2.0 / kDraws));
  EXPECT_NEAR(fourths, 3, 5 * std::sqrt(96.0 / kDraws));  // the eighth moment is 105
}

TEST(Gaussian, HasAWordThatNamesIt) { EXPECT_EQ(unit_of(word_of(Gaussian{})), Unit(Gaussian{})); }

// ---- Rectified linear: no normaliser; draws and their mean by quadrature

double normal_below(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

const double kRectifiedFields[] = {-20, -5, -2, -1, -0.2, 0, 0.3, 1, 5, 20};

// ∫ max(0, f + s·ε) φ(ε) dε by midpoints from where the integrand begins: the product with φ is smooth there.
TEST(Relu, MeanIsTheIntegralOverItsNoise) {
  for (double f : kRectifiedFields) {
    const double s = 1 / std::sqrt(1 + std::exp(-f)), first = std::max(-f / s, -12.0);
    constexpr int kPoints = 40'000;
    double sum = 0;
    for (int k = 0; k < kPoints && first < 12; ++k) {
      const double width = (12 - first) / kPoints, e = first + (k + 0.5) * width;
      sum += (f + s * e) * std::exp(-e * e / 2) / std::sqrt(2 * std::numbers::pi) * width;
    }
    EXPECT_NEAR(Relu::mean(f), sum, 1e-7 * std::max(1.0, sum)) << f;  // midpoints: width²/24 times the range, 4·10⁻⁸
    EXPECT_NEAR(Relu::mean(float(f)), Relu::mean(double(float(f))), 1e-6 * std::max(1.0, sum)) << f;
  }
}

// 0 as often as f + s·ε is below it, and above it the normal distribution.
TEST(Relu, DrawsHaveTheDistribution) {
  constexpr int kDraws = 50'000;
  for (double f : kRectifiedFields) {
    std::vector<double> x(kDraws);
    double sum = 0, squares = 0;
    for (std::uint32_t i = 0; i < kDraws; ++i) {
      x[i] = Relu::draw(f, double(normal(Key{6}, i, 0)));
      ASSERT_GE(x[i], 0);
      sum += x[i] / kDraws;
      squares += x[i] * x[i] / kDraws;
    }
    EXPECT_NEAR(Relu::mean(f), sum, 5 * std::sqrt(std::max(0.0, squares - sum * sum) / kDraws) + 1e-9) << f;
    for (double most : {0.0, 0.5, 1.0, 4.0, 20.0}) {
      const double p = normal_below((most - f) * std::sqrt(1 + std::exp(-f)));
      EXPECT_NEAR(double(std::ranges::count_if(x, [&](double value) { return value <= most; })) / kDraws, p,
                  5 * std::sqrt(p * (1 - p) / kDraws) + 5.0 / kDraws)
          << f << " " << most;
    }
  }
}

// What it stands for: Bernoulli units whose fields are lowered by ½, 1½, …; the figures of its header.
TEST(Relu, IsNearlyTheSumOfItsBernoulliUnits) {
  double worst_of_sum = 0, least = 0, most = 0;
  for (double f = -20; f <= 20; f += 0.1) {
    double sum = 0;
    for (int k = 0; k < 100; ++k) sum += Bernoulli::mean(f - k - 0.5);
    worst_of_sum = std::max(worst_of_sum, std::abs(sum - log1p_exp(f)));
    least = std::min(least, Relu::mean(f) - log1p_exp(f));
    most = std::max(most, Relu::mean(f) - log1p_exp(f));
  }
  EXPECT_NEAR(worst_of_sum, 0.011, 0.0005);
  EXPECT_NEAR(least, -0.42, 0.005);
  EXPECT_LE(most, 0);
}

// The mean of a large field is that field: as the weights scale, so does the answer.
TEST(Relu, ScalesWithItsFieldAndStaysFinite) {
  for (double f : {10.0, 1e3, 1e30}) EXPECT_NEAR(Relu::mean(2 * f) / Relu::mean(f), 2, 1e-6);
  for (double f : {-1e3, -1e30}) {
    EXPECT_EQ(Relu::mean(f), 0);
    EXPECT_EQ(Relu::mean(float(f)), 0);
    EXPECT_EQ(Relu::draw(f, 8.0), 0);
  }
}

TEST(Relu, HasAWordThatNamesItAndNoNormaliser) {
  EXPECT_EQ(unit_of(word_of(Relu{})), Unit(Relu{}));
  EXPECT_FALSE(is_normalised(Relu{}));
  for (const Unit& unit : {Unit(Bernoulli{}), Unit(Softmax{2}), Unit(Gaussian{}), Unit(Counts{})})
    EXPECT_TRUE(is_normalised(unit));
}

// ---- Counts: the laws by enumeration of all documents of a length

// All counts of `words` words that add up to `length`.
std::vector<Vector> count_vectors(std::int64_t words, int length) {
  if (words == 1) return {{double(length)}};
  std::vector<Vector> all;
  for (int first = 0; first <= length; ++first)
    for (Vector rest : count_vectors(words - 1, length - first)) {
      rest.insert(rest.begin(), double(first));
      all.push_back(std::move(rest));
    }
  return all;
}

double log_ways(const Vector& x) {
  double words = 0, sum = 0;
  for (double count : x) {
    words += count;
    sum -= std::lgamma(count + 1);
  }
  return sum + std::lgamma(words + 1);
}

const std::vector<Vector> kWordFields{{0.2, -0.1, 0.3}, {-5, 2, 0}, {20, -20, 3}};

TEST(Counts, LogPartitionSumsOverAllDocuments) {
  for (const Vector& f : kWordFields)
    for (int length : {1, 2, 5}) {
      double sum = 0;
      for (const Vector& x : count_vectors(3, length)) {
        EXPECT_NEAR(Counts::log_measure(x.data(), 3), log_ways(x), 1e-12);
        sum += std::exp(log_ways(x) + dot(x, f) - 20.0 * length);
      }
      EXPECT_NEAR(Counts::log_partition(f.data(), 3, length), 20.0 * length + std::log(sum), 1e-11);
    }
}

TEST(Counts, MeanIsTheSlopeAndEntropyTheRest) {
  for (Vector f : kWordFields) {
    Vector mu(3);
    Counts::mean(f.data(), 3, 7.0, mu.data());
    for (std::size_t k = 0; k < 3; ++k)
      EXPECT_NEAR(mu[k], slope_of(f[k], [&] { return Counts::log_partition(f.data(), 3, 7); }), 1e-7);
    EXPECT_NEAR(Counts::entropy(mu.data(), 3), Counts::log_partition(f.data(), 3, 7) - dot(mu, f), 1e-11);
  }
}

TEST(Counts, DrawsHaveTheDistribution) {
  constexpr int kDraws = 50'000, kLength = 4;
  for (const Vector& f : kWordFields) {
    Vector mu(3), x(3);
    Counts::mean(f.data(), 3, double(kLength), mu.data());
    const auto all = count_vectors(3, kLength);
    std::vector<int> seen(all.size(), 0);
    for (std::uint32_t i = 0; i < kDraws; ++i) {
      Counts::draw(
          mu.data(), 3, double(kLength), [&](std::int64_t w) { return uniform(Key{5}, i, std::uint32_t(w)); },
          x.data());
      for (std::size_t s = 0; s < all.size(); ++s) seen[s] += x == all[s];
    }
    int total = 0;
    for (std::size_t s = 0; s < all.size(); ++s) {
      const double p = std::exp(log_ways(all[s]) + dot(all[s], f) - Counts::log_partition(f.data(), 3, kLength));
      EXPECT_NEAR(double(seen[s]) / kDraws, p, 5 * std::sqrt(p * (1 - p) / kDraws) + 5.0 / kDraws);
      total += seen[s];
    }
    EXPECT_EQ(total, kDraws);
  }
}

TEST(Counts, AreWholeWhateverTheUniformNumbersAre) {
  const std::vector<float> mu{0, 3, 6.999999f, 0};
  std::vector<float> x(4);
  for (float u : {0.0f, 0.5f, 1 - 0x1p-24f}) {
    Counts::draw(
        mu.data(), 4, 10.0, [&](std::int64_t) { return u; }, x.data());
    EXPECT_EQ(x[1] + x[2], 10);
    EXPECT_EQ(x[0] + x[3], 0);
  }
  Counts::draw(
      mu.data(), 4, 10.0, [&](std::int64_t) { return 0.0f; }, x.data());
  EXPECT_EQ(x[1], 10);  // all at the bottom
}

TEST(Counts, HaveAWordThatNamesThem) {
  for (std::int64_t extra : {0, 1, 100}) EXPECT_EQ(unit_of(word_of(Counts{extra})), Unit(Counts{extra}));
  EXPECT_EQ(word_of(Counts{}), "counts");
}

}  // namespace
}  // namespace deepboltz
