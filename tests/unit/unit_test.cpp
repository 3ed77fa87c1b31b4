// Laws of every unit. A unit joins by a row in the table: how to take its log-partition, mean, entropy and a draw of a
// group of fields.
#include "deepboltz/unit/unit.h"

#include <cmath>
#include <ostream>
#include <vector>

#include <gtest/gtest.h>

#include "deepboltz/rng/draw.h"

namespace deepboltz {

void PrintTo(const Unit& unit, std::ostream* out) { *out << name_of(unit) << group_size(unit); }

namespace {

using Vector = std::vector<double>;

// The verbs of a unit, for one group of numbers whatever its kind.
struct Verbs {
  const Unit& unit;

  double log_partition(const Vector& f) const {
    const auto* softmax = std::get_if<Softmax>(&unit);
    return softmax ? softmax->log_partition(f.data()) : Bernoulli::log_partition(f[0]);
  }
  template <class Real> std::vector<Real> mean(const std::vector<Real>& f) const {
    std::vector<Real> mu(f.size());
    if (const auto* softmax = std::get_if<Softmax>(&unit))
      softmax->mean(f.data(), mu.data());
    else
      mu[0] = Bernoulli::mean(f[0]);
    return mu;
  }
  double entropy(const Vector& mu) const {
    const auto* softmax = std::get_if<Softmax>(&unit);
    return softmax ? softmax->entropy(mu.data()) : Bernoulli::entropy(mu[0]);
  }
  Vector draw(const Vector& mu, double u) const {
    Vector x(mu.size(), 0.0);
    if (const auto* softmax = std::get_if<Softmax>(&unit))
      x[std::size_t(softmax->draw(mu.data(), u))] = 1;
    else
      x[0] = Bernoulli::draw(mu[0], u);
    return x;
  }
  // All states, by enumeration.
  std::vector<Vector> states() const {
    const auto size = std::size_t(group_size(unit));
    std::vector<Vector> all;
    if (size == 1) return {{0}, {1}};
    for (std::size_t k = 0; k < size; ++k) {
      all.emplace_back(size, 0.0);
      all.back()[k] = 1;
    }
    return all;
  }
};

double dot(const Vector& x, const Vector& y) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += x[i] * y[i];
  return sum;
}

class EveryUnit : public testing::TestWithParam<Unit> {
 protected:
  Verbs unit() const { return {GetParam()}; }
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
    double sum = 0;
    for (const Vector& x : unit().states()) sum += std::exp(dot(x, f));
    EXPECT_NEAR(unit().log_partition(f), std::log(sum), 1e-12);
  }
}

TEST_P(EveryUnit, MeanIsTheSlopeOfLogPartition) {
  constexpr double kStep = 1e-5;  // truncation kStep²/6, rounding 1e-15·20/kStep
  for (const Vector& f : fields()) {
    const Vector mu = unit().mean(f);
    for (std::size_t k = 0; k < f.size(); ++k) {
      Vector above = f, below = f;
      above[k] += kStep;
      below[k] -= kStep;
      EXPECT_NEAR(mu[k], (unit().log_partition(above) - unit().log_partition(below)) / (2 * kStep), 1e-8);
    }
  }
}

TEST_P(EveryUnit, EntropyIsLogPartitionLessFieldTimesMean) {
  for (const Vector& f : fields()) {
    const Vector mu = unit().mean(f);
    EXPECT_NEAR(unit().entropy(mu), unit().log_partition(f) - dot(f, mu), 1e-12);
  }
}

TEST_P(EveryUnit, DrawsHaveTheMean) {
  constexpr int kDraws = 50'000;
  for (const Vector& f : fields()) {
    const Vector mu = unit().mean(f);
    Vector sum(f.size(), 0.0);
    for (std::uint32_t i = 0; i < kDraws; ++i) {
      const Vector x = unit().draw(mu, uniform(Key{2}, i, 0));
      for (std::size_t k = 0; k < f.size(); ++k) sum[k] += x[k];
    }
    // A unit that fires once in kDraws is Poisson: hence the floor of a few counts.
    for (std::size_t k = 0; k < f.size(); ++k)
      EXPECT_NEAR(sum[k] / kDraws, mu[k], 5 * std::sqrt(mu[k] * (1 - mu[k]) / kDraws) + 5.0 / kDraws);
  }
}

TEST_P(EveryUnit, FieldsThatAreFarOutNeitherOverflowNorLeaveDoubt) {
  for (double reach : {1e3, -1e3}) {
    Vector f(std::size_t(group_size(GetParam())), 0.0);
    f.back() = reach;
    const Vector mu = unit().mean(f);
    const auto mu_float = unit().mean(std::vector<float>(f.begin(), f.end()));
    EXPECT_TRUE(std::isfinite(unit().log_partition(f)));
    EXPECT_EQ(mu.back(), reach > 0 ? 1 : 0);
    EXPECT_EQ(mu_float.back(), reach > 0 ? 1 : 0);
    EXPECT_TRUE(std::isfinite(unit().entropy(mu)));
    for (double u : {0.0, 0.5, 1 - 0x1p-24}) EXPECT_EQ(unit().draw(mu, u).back(), reach > 0 ? 1 : 0);
  }
}

TEST_P(EveryUnit, FloatAgreesWithDouble) {
  for (const Vector& f : fields()) {
    const std::vector<float> rounded(f.begin(), f.end());
    const Vector mu = unit().mean(Vector(rounded.begin(), rounded.end()));
    const auto mu_float = unit().mean(rounded);
    for (std::size_t k = 0; k < f.size(); ++k) EXPECT_NEAR(mu_float[k], mu[k], 4e-6 * mu[k] + 1e-7);
  }
}

INSTANTIATE_TEST_SUITE_P(Units, EveryUnit,
                         testing::Values(Unit(Bernoulli{}), Unit(Softmax{2}), Unit(Softmax{3}), Unit(Softmax{10})));

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

}  // namespace
}  // namespace deepboltz
