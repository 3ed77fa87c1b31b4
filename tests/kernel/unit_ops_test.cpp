// The kernels of units against the formulas of unit/, in double, entry by entry; and what must not depend on how the
// work was cut: threads, batches, instruction sets.
#include "deepboltz/kernel/unit_ops.h"

#include <algorithm>
#include <cmath>

#include "tests/kernel/fixture.h"
#include <gtest/gtest.h>

namespace deepboltz {
namespace {

using test::for_every_instruction_set;
using test::random_mask;
using test::random_tensor;
using test::same_bits;

constexpr std::int64_t kWidths[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 36, 47, 63, 64, 65, 100, 129};

// A field with everything: input, bias, β a case, base rates.
struct Problem {
  Unit unit;
  std::int64_t cases, units;
  Tensor input, bias, base, mask;
  std::vector<double> beta;

  Problem(Unit unit_type, DType dtype, std::int64_t case_count, std::int64_t unit_count, double reach, Key key = {5})
      : unit(unit_type), cases(case_count), units(unit_count) {
    input = random_tensor(key.fold(1), dtype, cases, units, -reach, reach);
    bias = random_tensor(key.fold(2), dtype, 1, units);
    base = random_tensor(key.fold(3), dtype, 1, units);
    mask = random_mask(key.fold(4), cases, units);
    const std::int64_t group = group_size(unit);
    for (std::int64_t r = 0; r < cases; ++r)
      for (std::int64_t c = 0; c < units; ++c) mask.set(r, c, mask.at(r, c - c % group));
    for (std::int64_t r = 0; r < cases; ++r) beta.push_back(uniform(key.fold(5), std::uint32_t(r), 0));
  }
  Field field() const { return {input, bias, beta, base, cases}; }
  double f(std::int64_t r, std::int64_t c) const {
    const double b = beta[std::size_t(r)];
    return b * (input.at(r, c) + bias.at(0, c)) + (1 - b) * base.at(0, c);
  }
};

TEST(UnitOps, ABernoulliMeanIsTheLogisticOfItsField) {
  for_every_instruction_set([](const std::string& name) {
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t units : kWidths) {
        Context ctx;
        const Problem p(Bernoulli{}, dtype, 3, units, 30);
        Tensor mean(dtype, p.cases, units);
        unit_mean(ctx, p.unit, p.field(), {}, mean);
        // The field has a rounding error of 2⁻²³·30·2 in float, which a slope of at most mean·(1−mean) carries over.
        for (std::int64_t r = 0; r < p.cases; ++r)
          for (std::int64_t c = 0; c < units; ++c) {
            const double exact = logistic(p.f(r, c)), slope = exact * (1 - exact);
            EXPECT_NEAR(mean.at(r, c), exact, dtype == DType::f64 ? 1e-14 : 2e-7 + 8e-6 * slope) << name << units;
          }
      }
  });
}

// A grid of fields, dense where the functions bend, through bias alone: no rounding before the function itself.
Tensor grid_of_fields(DType dtype) {
  constexpr std::int64_t kPoints = 200'003;
  Tensor grid(dtype, 1, kPoints);
  for (std::int64_t i = 0; i < kPoints; ++i) grid.set(0, i, float(-100 + 200.0 * double(i) / kPoints));
  return grid;
}

TEST(UnitOps, TheFloatLogisticIsWithin2eM7) {
  const Tensor fields = grid_of_fields(DType::f32);
  for_every_instruction_set([&](const std::string& name) {
    Context ctx;
    Tensor mean(DType::f32, 1, fields.cols());
    unit_mean(ctx, Bernoulli{}, Field{{}, fields, {}, {}, 1}, {}, mean);
    double worst = 0;
    for (std::int64_t i = 0; i < fields.cols(); ++i)
      worst = std::max(worst, std::abs(mean.at(0, i) - logistic(fields.at(0, i))));
    EXPECT_LE(worst, 2e-7) << name;
  });
}

TEST(UnitOps, TheFloatLogPartitionIsWithin4eM7OfItself) {
  const Tensor fields = grid_of_fields(DType::f32);
  for_every_instruction_set([&](const std::string& name) {
    Context ctx;
    double worst = 0;
    for (std::int64_t i = 0; i < fields.cols(); i += 7) {
      double sum = 0;
      add_log_partition(ctx, Bernoulli{}, Field{{}, fields.view().columns(i, 1), {}, {}, 1}, {}, {}, 1, {&sum, 1});
      const double exact = log1p_exp(fields.at(0, i));
      if (exact > 1e-37) worst = std::max(worst, std::abs(sum - exact) / exact);
    }
    EXPECT_LE(worst, 4e-7) << name;
  });
}

TEST(UnitOps, TheFloatEntropyIsWithin4eM7) {
  constexpr std::int64_t kPoints = 50'001;
  Tensor means(DType::f32, kPoints, 1);
  for (std::int64_t i = 0; i < kPoints; ++i) means.set(i, 0, double(i) / (kPoints - 1));
  means.set(1, 0, 1e-42);  // below the normal numbers
  for_every_instruction_set([&](const std::string& name) {
    Context ctx;
    std::vector<double> sum(kPoints, 0.0);
    add_entropy(ctx, Bernoulli{}, means, {}, sum);
    double worst = 0;
    for (std::int64_t i = 0; i < kPoints; ++i)
      worst = std::max(worst, std::abs(sum[std::size_t(i)] - Bernoulli::entropy(means.at(i, 0))));
    EXPECT_LE(worst, 4e-7) << name;
    EXPECT_EQ(sum.front(), 0);
    EXPECT_EQ(sum.back(), 0);
  });
}

// The draws are exactly "uniform < mean", with the uniforms of rng/draw.h: the mean that the kernel reports decides
// them.
TEST(UnitOps, ABernoulliDrawComparesTheAddressedUniformWithTheMean) {
  const Key key{0x1234'5678'9ABC'DEF0, 0xFEDC'BA98'7654'3210};
  for_every_instruction_set([&](const std::string& name) {
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t units : kWidths)
        for (std::int64_t first_case :
             {std::int64_t(0), std::int64_t(1), std::int64_t(59'999), std::int64_t(0xFFFF'FFF0)}) {
          Context ctx;
          const Problem p(Bernoulli{}, dtype, 2, units, 3);
          Tensor draw(dtype, p.cases, units), mean(dtype, p.cases, units);
          unit_sample(ctx, p.unit, p.field(), key, first_case, {}, draw, mean);
          for (std::int64_t r = 0; r < p.cases; ++r)
            for (std::int64_t c = 0; c < units; ++c) {
              const float u = uniform(key, std::uint32_t(first_case + r), std::uint32_t(c));
              ASSERT_EQ(draw.at(r, c), u < mean.at(r, c) ? 1 : 0) << name << ", unit " << c << " of " << units;
            }
          Tensor alone(dtype, p.cases, units), mean_alone(dtype, p.cases, units);
          unit_sample(ctx, p.unit, p.field(), key, first_case, {}, alone, {});
          unit_mean(ctx, p.unit, p.field(), {}, mean_alone);
          EXPECT_TRUE(same_bits(alone, draw));
          EXPECT_TRUE(same_bits(mean_alone, mean));
        }
  });
}

// A Gaussian draw is the field plus the normal number of its place: exactly in double, in float within 4e-6.
TEST(UnitOps, AGaussianDrawAddsTheAddressedNormalNumber) {
  const Key key{0x1234'5678'9ABC'DEF0, 0xFEDC'BA98'7654'3210};
  for_every_instruction_set([&](const std::string& name) {
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t units : {1, 2, 3, 7, 8, 17, 33, 100'000}) {
        Context ctx;
        Tensor bias(dtype, 1, units), draw(dtype, 2, units), mean(dtype, 2, units), alone(dtype, 2, units);
        for (std::int64_t c = 0; c < units; ++c) bias.set(0, c, double(c % 5) / 4 - 0.5);
        const Field field{{}, bias, {}, {}, 2};
        unit_sample(ctx, Gaussian{}, field, key, 0xFFFF'FFF0, {}, draw, mean);
        unit_sample(ctx, Gaussian{}, field, key, 0xFFFF'FFF0, {}, alone, {});
        EXPECT_TRUE(same_bits(alone, draw));
        for (std::int64_t r = 0; r < 2; ++r)
          for (std::int64_t c = 0; c < units; ++c) {
            ASSERT_EQ(mean.at(r, c), bias.at(0, c));
            const double noise = normal(key, std::uint32_t(0xFFFF'FFF0 + r), std::uint32_t(c));
            ASSERT_NEAR(draw.at(r, c), bias.at(0, c) + noise, dtype == DType::f64 ? 1e-15 * 8 : 4e-6)
                << name << ", unit " << c << " of " << units;
          }
      }
  });
}

TEST(UnitOps, FieldsThatAreFarOutGiveCertainDraws) {
  for_every_instruction_set([](const std::string& name) {
    for (DType dtype : {DType::f32, DType::f64}) {
      Context ctx;
      Tensor bias(dtype, 1, 40), draw(dtype, 2'000, 40), mean(dtype, 2'000, 40);
      for (std::int64_t c = 0; c < 40; ++c) bias.set(0, c, c % 2 ? 1e3 : -1e3);
      std::vector<double> sum(2'000, 0.0), entropy(2'000, 0.0);
      const Field field{{}, bias, {}, {}, 2'000};
      unit_sample(ctx, Bernoulli{}, field, Key{3}, 0, {}, draw, mean);
      add_log_partition(ctx, Bernoulli{}, field, {}, {}, 1, sum);
      add_entropy(ctx, Bernoulli{}, mean, {}, entropy);
      for (std::int64_t r = 0; r < 2'000; ++r) {
        for (std::int64_t c = 0; c < 40; ++c) ASSERT_EQ(draw.at(r, c), c % 2) << name;
        ASSERT_EQ(sum[std::size_t(r)], 20e3);
        ASSERT_EQ(entropy[std::size_t(r)], 0);
      }
    }
  });
}

std::vector<Unit> every_unit() {
  return {Bernoulli{}, Softmax{2}, Softmax{3}, Softmax{10}, Spin{}, Binomial{5}, Gaussian{}, Relu{}};
}

TEST(UnitOps, LogPartitionAndEntropyAreTheSumsOverUnits) {
  for_every_instruction_set([](const std::string& name) {
    for (const Unit& unit : every_unit())
      for (DType dtype : {DType::f32, DType::f64})
        for (bool masked : {false, true}) {
          if (!is_normalised(unit)) continue;
          Context ctx;
          const std::int64_t group = group_size(unit);
          const Problem p(unit, dtype, 5, group * 37, 4);
          Tensor mean(dtype, p.cases, p.units), state = random_tensor(Key{77}, dtype, p.cases, p.units, 0, 1);
          unit_mean(ctx, unit, p.field(), {}, mean);
          const ConstMatrix mask = masked ? ConstMatrix(p.mask) : ConstMatrix();
          std::vector<double> log_partition(std::size_t(p.cases), 0.25), entropy(std::size_t(p.cases), 0.25);
          add_log_partition(ctx, unit, p.field(), mask, state, -2, log_partition);
          add_entropy(ctx, unit, mean, mask, entropy);
          for (std::int64_t r = 0; r < p.cases; ++r) {
            double a = 0, h = 0, size = 0;
            for (std::int64_t c = 0; c < p.units; c += group) {
              std::vector<double> f, mu;
              for (std::int64_t k = c; k < c + group; ++k) {
                f.push_back(p.f(r, k));
                mu.push_back(mean.at(r, k));
              }
              if (masked && p.mask.at(r, c) != 0) {
                for (std::int64_t k = 0; k < group; ++k) a += state.at(r, c + k) * f[std::size_t(k)];
              } else {
                std::visit(
                    [&]<class U>(const U& u) {
                      if constexpr (ScalarUnit<U> && NormalisedUnit<U>) {
                        a += u.log_partition(f[0]);
                        h += u.entropy(mu[0]);
                      } else if constexpr (std::same_as<U, Softmax>) {  // whose rows have a length: counts_ops_test.cpp
                        a += u.log_partition(f.data());
                        h += u.entropy(mu.data());
                      }
                    },
                    unit);
              }
              size += std::holds_alternative<Binomial>(unit) ? 20 : 4;
            }
            const double tolerance = (dtype == DType::f64 ? 1e-13 : 1e-6) * size;
            EXPECT_NEAR(log_partition[std::size_t(r)], 0.25 - 2 * a, 2 * tolerance) << name << name_of(unit);
            EXPECT_NEAR(entropy[std::size_t(r)], 0.25 + h, tolerance) << name << name_of(unit);
          }
        }
  });
}

// In float through the loops of bits: within their 2·10⁻⁷, twice, and a field's rounding.
TEST(UnitOps, ASpinIsTheHyperbolicTangentOfItsField) {
  const Key key{21};
  for_every_instruction_set([&](const std::string& name) {
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t units : kWidths) {
        Context ctx;
        const Problem p(Spin{}, dtype, 3, units, 15);
        Tensor draw(dtype, p.cases, units), mean(dtype, p.cases, units), only_mean(dtype, p.cases, units);
        unit_sample(ctx, p.unit, p.field(), key, 5, {}, draw, mean);
        unit_mean(ctx, p.unit, p.field(), {}, only_mean);
        EXPECT_TRUE(same_bits(mean, only_mean));
        for (std::int64_t r = 0; r < p.cases; ++r)
          for (std::int64_t c = 0; c < units; ++c) {
            const double exact = std::tanh(p.f(r, c)), slope = 1 - exact * exact;
            EXPECT_NEAR(mean.at(r, c), exact, dtype == DType::f64 ? 1e-14 : 4e-7 + 4e-6 * slope) << name << units;
            const double u = uniform(key, std::uint32_t(5 + r), std::uint32_t(c));
            if (std::abs(2 * u - 1 - mean.at(r, c)) > 1e-6) {  // else the mean's rounding decides
              EXPECT_EQ(draw.at(r, c), 2 * u < 1 + mean.at(r, c) ? 1 : -1) << name << units;
            }
          }
      }
  });
}

// A rectified linear unit is drawn from its field, by the normal number of its place.
TEST(UnitOps, ARectifiedLinearUnitIsTheFormulaAtItsField) {
  const Key key{22};
  for (std::int64_t units : kWidths) {
    Context ctx;
    const Problem p(Relu{}, DType::f64, 3, units, 5);
    Tensor draw(DType::f64, p.cases, units), mean(DType::f64, p.cases, units), only_mean(DType::f64, p.cases, units);
    unit_sample(ctx, p.unit, p.field(), key, 5, {}, draw, mean);
    unit_mean(ctx, p.unit, p.field(), {}, only_mean);
    EXPECT_TRUE(same_bits(mean, only_mean));
    for (std::int64_t r = 0; r < p.cases; ++r)
      for (std::int64_t c = 0; c < units; ++c) {
        EXPECT_NEAR(mean.at(r, c), Relu::mean(p.f(r, c)), 1e-13);
        const double noise = normal(key, std::uint32_t(5 + r), std::uint32_t(c));
        EXPECT_NEAR(draw.at(r, c), Relu::draw(p.f(r, c), noise), 1e-13);
      }
  }
}

// Σ log ν over the counted units: of a binomial layer by factorials, of the others nothing.
TEST(UnitOps, TheMeasureIsSummedOverTheCountedUnits) {
  for (DType dtype : {DType::f32, DType::f64}) {
    Context ctx;
    const Tensor mask = random_mask(Key{12}, 4, 30);
    Tensor x(dtype, 4, 30);
    for (std::int64_t r = 0; r < 4; ++r)
      for (std::int64_t c = 0; c < 30; ++c) x.set(r, c, double((7 * r + 5 * c) % 6));
    for (bool masked : {false, true}) {
      std::vector<double> sum(4, 0.5), none(4, 0.5);
      add_log_measure(ctx, Binomial{5}, x, masked ? ConstMatrix(mask) : ConstMatrix(), sum);
      for (const Unit& unit : {Unit(Bernoulli{}), Unit(Spin{}), Unit(Softmax{3})})
        add_log_measure(ctx, unit, x, {}, none);
      for (std::int64_t r = 0; r < 4; ++r) {
        double expected = 0.5;
        for (std::int64_t c = 0; c < 30; ++c)
          if (!masked || mask.at(r, c) != 0)
            expected += std::lgamma(6) - std::lgamma(x.at(r, c) + 1) - std::lgamma(6 - x.at(r, c));
        EXPECT_NEAR(sum[std::size_t(r)], expected, 1e-12);
        EXPECT_EQ(none[std::size_t(r)], 0.5);
      }
    }
  }
}

TEST(UnitOps, ClampedUnitsStayAndTheOthersDoNotNotice) {
  for_every_instruction_set([](const std::string& name) {
    for (const Unit& unit : every_unit())
      for (DType dtype : {DType::f32, DType::f64})
        for (std::int64_t groups : {1, 13, 40}) {
          Context ctx;
          const Problem p(unit, dtype, 4, group_size(unit) * groups, 4);
          const Tensor before = random_tensor(Key{6}, dtype, p.cases, p.units, 0, 1);
          Tensor draw = before.clone(), mean(dtype, p.cases, p.units), only_mean = before.clone();
          Tensor free_draw(dtype, p.cases, p.units), free_mean(dtype, p.cases, p.units);
          unit_sample(ctx, unit, p.field(), Key{8}, 11, p.mask, draw, mean);
          unit_mean(ctx, unit, p.field(), p.mask, only_mean);
          unit_sample(ctx, unit, p.field(), Key{8}, 11, {}, free_draw, free_mean);
          for (std::int64_t r = 0; r < p.cases; ++r)
            for (std::int64_t c = 0; c < p.units; ++c) {
              const bool kept = p.mask.at(r, c) != 0;
              ASSERT_EQ(draw.at(r, c), kept ? before.at(r, c) : free_draw.at(r, c)) << name << name_of(unit);
              ASSERT_EQ(mean.at(r, c), kept ? before.at(r, c) : free_mean.at(r, c));
              ASSERT_EQ(only_mean.at(r, c), mean.at(r, c));
            }
        }
  });
}

TEST(UnitOps, PartsOfAFieldThatAreAbsentAreZero) {
  for (DType dtype : {DType::f32, DType::f64})
    for (int absent = 0; absent < 8; ++absent) {
      Context ctx;
      const Problem p(Bernoulli{}, dtype, 3, 41, 4);
      Field field = p.field(), spelled_out = p.field();
      const Tensor no_input(dtype, p.cases, p.units), no_base(dtype, 1, p.units);
      const std::vector<double> one(std::size_t(p.cases), 1.0);
      if (absent & 1) field.input = {}, spelled_out.input = no_input;
      if (absent & 2) field.base = {}, spelled_out.base = no_base;
      if (absent & 4) field.beta = {}, spelled_out.beta = one;
      Tensor a(dtype, p.cases, p.units), b(dtype, p.cases, p.units);
      unit_mean(ctx, p.unit, field, {}, a);
      unit_mean(ctx, p.unit, spelled_out, {}, b);
      EXPECT_LE(test::largest_difference(a, b), 1e-7);
    }
}

TEST(UnitOps, NeitherThreadsNorTheSplitOfTheBatchChangeABit) {
  for (const Unit& unit : every_unit())
    for (DType dtype : {DType::f32, DType::f64}) {
      const Problem p(unit, dtype, 301, 150, 4);
      const auto run = [&](int threads, std::int64_t batch, Tensor& draw, Tensor& mean, std::vector<double>& sum) {
        Context ctx(threads);
        draw = Tensor(dtype, p.cases, p.units);
        mean = Tensor(dtype, p.cases, p.units);
        sum.assign(std::size_t(p.cases), 0.0);
        for (std::int64_t first = 0; first < p.cases; first += batch) {
          const std::int64_t count = std::min(batch, p.cases - first);
          Field field = p.field();
          field.input = field.input.slice(first, count);
          field.beta = field.beta.subspan(std::size_t(first), std::size_t(count));
          field.cases = count;
          const std::span<double> part = std::span(sum).subspan(std::size_t(first), std::size_t(count));
          const ConstMatrix mask = ConstMatrix(p.mask).slice(first, count);
          unit_sample(ctx, unit, field, Key{9}, first, mask, draw.view().slice(first, count),
                      mean.view().slice(first, count));
          if (!is_normalised(unit)) continue;
          add_log_partition(ctx, unit, field, mask, ConstMatrix(draw).slice(first, count), 0.5, part);
          add_entropy(ctx, unit, ConstMatrix(mean).slice(first, count), mask, part);
        }
      };
      Tensor draw, mean, draw2, mean2;
      std::vector<double> sum, sum2;
      run(1, p.cases, draw, mean, sum);
      for (int threads : {1, 2, 3})
        for (std::int64_t batch : {p.cases, std::int64_t(100), std::int64_t(7)}) {
          run(threads, batch, draw2, mean2, sum2);
          EXPECT_TRUE(same_bits(draw, draw2)) << name_of(unit) << threads << " threads, batch " << batch;
          EXPECT_TRUE(same_bits(mean, mean2)) << name_of(unit) << threads << " threads, batch " << batch;
          EXPECT_EQ(sum, sum2) << name_of(unit) << threads << " threads, batch " << batch;
        }
    }
}

// A view with a stride wider than its columns, and one that begins off every alignment.
TEST(UnitOps, AViewIntoALargerMatrixIsAsGoodAsAMatrix) {
  for_every_instruction_set([](const std::string& name) {
    for (DType dtype : {DType::f32, DType::f64}) {
      Context ctx;
      const Problem p(Bernoulli{}, dtype, 6, 45, 4);
      Tensor large(dtype, 6, 70), draw(dtype, 6, 45);
      unit_sample(ctx, p.unit, p.field(), Key{4}, 0, {}, draw, {});
      for (std::int64_t r = 0; r < 6; ++r)
        for (std::int64_t c = 0; c < 70; ++c) large.set(r, c, 7);
      unit_sample(ctx, p.unit, p.field(), Key{4}, 0, {}, large.view().columns(3, 45), {});
      for (std::int64_t r = 0; r < 6; ++r)
        for (std::int64_t c = 0; c < 70; ++c)
          ASSERT_EQ(large.at(r, c), c >= 3 && c < 48 ? draw.at(r, c - 3) : 7) << name;
    }
  });
}

}  // namespace
}  // namespace deepboltz
