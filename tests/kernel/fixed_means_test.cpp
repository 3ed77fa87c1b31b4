// Mean field on integers: fields are the exact products with the means, whatever changed when, on every instruction
// set.
#include "deepboltz/kernel/fixed_means.h"

#include <array>

#include "tests/kernel/fixture.h"
#include "tests/kernel/random_bits.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/cpu/fixed_means_simd.h"

namespace deepboltz {
namespace {

using test::for_every_instruction_set;
using test::random_tensor;

// 1/(1+e⁻ˣ) in steps of 2⁻⁸, from doubles, everywhere and where eˣ counts as nothing.
TEST(FixedLogistic, IsTheLogisticToHalfAStep) {
  for (double x = -120; x <= 120; x += 0x1p-7) {
    const double exact = 1 / (1 + std::exp(-x));
    EXPECT_LE(std::abs(double(fixed_logistic(float(x))) / 256 - exact), 0x1p-9 + 1e-6) << x;
  }
  EXPECT_EQ(fixed_logistic(0), 128);
  EXPECT_EQ(fixed_logistic(-200), 0);
  EXPECT_EQ(fixed_logistic(200), 256);
}

struct Shape {
  std::int64_t cases, lower, upper;
};
const Shape kShapes[] = {{1, 1, 1}, {3, 70, 1}, {5, 1, 70}, {17, 33, 31}, {260, 40, 100}, {9, 900, 65}, {4, 31, 1300}};

// A layer's means that follow given fields: the fields are integers in steps of 2⁻¹⁶.
constexpr int kExponent = 8;

std::vector<std::int32_t> random_field(Key key, std::int64_t cases, std::int64_t units, double size) {
  std::vector<std::int32_t> field(std::size_t(cases * units));
  for (std::size_t i = 0; i < field.size(); ++i)
    field[i] = std::int32_t(std::lround(size * (2 * double(uniform(key, std::uint32_t(i), 0)) - 1) * (1 << kExponent)));
  return field;
}

std::vector<std::int32_t> plain_order(const RowSums& fields, std::int64_t cases) {
  std::vector<std::int32_t> out;
  for (std::int64_t r = 0; r < cases; ++r)
    for (std::int64_t j = 0; j < fields.units(); ++j) out.push_back(fields.block(r, j / 32)[RowSums::place(j)]);
  return out;
}

TEST(FixedMeans, FollowFieldsAndTellWhatChanged) {
  for (const auto& [cases, lower, units] : kShapes) {
    Context ctx;
    RowSums fields(cases, units);
    FixedMeans means(cases, units);
    means.reset(cases);
    const Tensor bias = random_tensor(Key{1}, DType::f32, 1, units);
    for (std::uint64_t time = 0; time < 3; ++time) {
      const double times = time == 0 ? 2 : 1;
      std::vector<double> before;
      for (std::int64_t r = 0; r < cases; ++r)
        for (std::int64_t j = 0; j < units; ++j) before.push_back(means.at(r, j));
      const auto field = random_field(Key{2}.fold(time / 2), cases, units, 6);  // the third time nothing moves
      start_fields(ctx, field, cases, fields);
      const double moved = update_means(ctx, kExponent, fields, times, bias, means);
      double sum = 0;
      for (std::int64_t r = 0; r < cases; ++r)
        for (std::int64_t j = 0; j < units; ++j) {
          const double b = bias.at(0, j), x = std::ldexp(field[std::size_t(r * units + j)], -kExponent);
          EXPECT_NEAR(means.at(r, j), 1 / (1 + std::exp(-(times * (x - b) + b))), 0x1p-9 + 1e-6);
          sum += std::abs(means.at(r, j) - before[std::size_t(r * units + j)]);
        }
      EXPECT_DOUBLE_EQ(moved, sum / double(cases * units));
    }
  }
}

// Fields that are added up from the changes of three rounds of means are the product with the last means.
TEST(FixedMeans, ChangesAddUpToTheProduct) {
  for (const auto& [cases, rows, cols] : kShapes)
    for (Direction direction : {Direction::up, Direction::down}) {
      const auto [from, to] = direction == Direction::up ? std::pair(rows, cols) : std::pair(cols, rows);
      IntegerWeights weights(rows, cols);
      std::vector<std::int32_t> exact;
      for_every_instruction_set([&](const std::string& name) {
        for (int threads : {1, 3}) {
          Context ctx(threads);
          quantise(ctx, random_tensor(Key{3}, DType::f32, rows, cols, -2, 2), weights);
          FixedMeans means(cases, from);
          means.reset(cases);
          RowSums sender(cases, from), receiver(cases, to);
          const std::vector<std::int32_t> standing = random_field(Key{4}, cases, to, 3);
          start_fields(ctx, standing, cases, receiver);
          for (std::uint64_t time = 0; time < 3; ++time) {
            start_fields(ctx, random_field(Key{5}.fold(time), cases, from, 2), cases, sender);
            update_means(ctx, kExponent, sender, 1, random_tensor(Key{6}, DType::f32, 1, from), means);
            add_rows(ctx, weights, direction, means.changes(), receiver);
          }
          if (exact.empty())
            for (std::int64_t r = 0; r < cases; ++r)
              for (std::int64_t j = 0; j < to; ++j) {
                std::int64_t sum = 256 * std::int64_t(standing[std::size_t(r * to + j)]);
                for (std::int64_t i = 0; i < from; ++i)
                  sum += std::int64_t(means.row(r)[i]) *
                         (direction == Direction::up ? weights.at(i, j) : weights.at(j, i));
                exact.push_back(std::int32_t(sum));
              }
          EXPECT_EQ(plain_order(receiver, cases), exact) << name << ' ' << threads << ' ' << rows << ' ' << cols;
        }
      });
    }
}

TEST(FixedMeans, AreSetToTheNearestSteps) {
  for (const auto& [cases, lower, units] : kShapes) {
    Context ctx;
    Tensor x = random_tensor(Key{10}, DType::f32, cases, units, 0, 1);
    x.set(0, 0, 1);
    x.set(cases - 1, units - 1, 0);
    FixedMeans means(cases, units);
    set_means(ctx, x, means);
    ASSERT_EQ(means.cases(), cases);
    for (std::int64_t r = 0; r < cases; ++r)
      for (std::int64_t j = 0; j < units; ++j) EXPECT_LE(std::abs(means.at(r, j) - x.at(r, j)), 0x1p-9);
  }
}

TEST(FixedMeans, EveryInstructionSetDoesWhatPlainLoopsDo) {
  for (const auto& [cases, lower, units] : kShapes) {
    const auto run = [&, n = cases, u = units](auto&& update, auto&& draw, auto&& round) {
      Context ctx;
      RowSums fields(n, u);
      FixedMeans means(n, u);
      means.reset(n);
      Bits drawn(n, u);
      Sevenths rounded = test::random_sevenths(Key{9}, n, u, 0.5);  // to be overwritten
      std::vector<std::int64_t> seen;
      for (std::uint64_t time = 0; time < 2; ++time) {
        start_fields(ctx, random_field(Key{7}.fold(time), n, u, time == 0 ? 100 : 5), n, fields);
        const std::vector<float> bias(std::size_t(32 * fields.blocks()), 0.25f);
        for (std::int64_t r = 0; r < n; ++r) {
          seen.push_back(update({std::ldexp(1.0f, -kExponent - kMeanBits), time == 0 ? 1.5f : 1.0f, bias.data()},
                                fields, r, means));
          draw(means, Key{8}, std::uint32_t(r + 5), r, drawn);
          round(means, Key{8}, std::uint32_t(r + 5), r, rounded);
          for (std::int64_t j = 0; j < u; ++j)
            seen.push_back(means.row(r)[j] + 1000 * drawn.at(r, j) + 2000 * rounded.at(r, j));
          const WeightedRows& changes = means.changes();
          for (std::int64_t c = 0; c < changes.chunks().count; ++c)
            for (std::int64_t k = 0; k < changes.length(r, c); ++k)
              seen.push_back(changes.places(r, c)[k] * 1000 + changes.factors(r, c)[k]);
        }
      }
      return seen;
    };
    const auto exact = run(plain::update_case, plain::draw_case, plain::round_case);
    for_every_instruction_set([&, u = units](const std::string& name) {
      EXPECT_EQ(run(simd::update_case, simd::draw_case, simd::round_case), exact) << name << ' ' << u;
    });
  }
}

// Counts of draws are binomial: within five standard deviations of the means, which are off by nothing. Sevenths vary
// by 1/14 at most.
TEST(FixedMeans, DrawsAndSeventhsHaveTheMeans) {
  constexpr std::int64_t kCases = 20'000, kUnits = 70;
  Context ctx;
  RowSums fields(kCases, kUnits);
  FixedMeans means(kCases, kUnits);
  means.reset(kCases);
  std::vector<std::int32_t> field;
  for (std::int64_t r = 0; r < kCases; ++r)
    for (std::int64_t j = 0; j < kUnits; ++j) field.push_back(std::int32_t(j - 35) << (kExponent - 3));
  start_fields(ctx, field, kCases, fields);
  update_means(ctx, kExponent, fields, 1, Tensor(DType::f32, 1, kUnits), means);
  Bits drawn(kCases, kUnits);
  draw_means(ctx, means, Key{9}, 3, drawn);
  Sevenths rounded(kCases, kUnits);
  round_means(ctx, means, Key{10}, 3, rounded);
  for (std::int64_t j = 0; j < kUnits; ++j) {
    double on = 0, sevenths = 0;
    for (std::int64_t r = 0; r < kCases; ++r) {
      on += drawn.at(r, j);
      sevenths += rounded.at(r, j);
    }
    const double p = means.at(0, j);
    EXPECT_NEAR(sevenths / (7 * kCases), p, 5 / (14 * std::sqrt(double(kCases))) + 1e-12) << j;
    EXPECT_NEAR(on / kCases, p, 5 * std::sqrt(p * (1 - p) / kCases) + 1e-12) << j;
  }
}

}  // namespace
}  // namespace deepboltz
