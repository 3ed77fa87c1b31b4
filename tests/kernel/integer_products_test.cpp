// Products on integers against plain loops: the same bits for every shape, every instruction set, any threads.
#include "deepboltz/kernel/integer_products.h"

#include <array>
#include <cmath>

#include "tests/kernel/fixture.h"
#include "tests/kernel/random_bits.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/bernoulli_draw.h"

namespace deepboltz {
namespace {

using test::for_every_way_to_multiply;
using test::random_bits;
using test::random_tensor;

bool same_bits(const Bits& a, const Bits& b);
bool same_bits(const Sevenths& a, const Sevenths& b) {
  return same_bits(a.plane(0), b.plane(0)) && same_bits(a.plane(1), b.plane(1)) && same_bits(a.plane(2), b.plane(2));
}
bool same_bits(const Bits& a, const Bits& b) {
  if (a.cases() != b.cases() || a.units() != b.units()) return false;
  for (std::int64_t r = 0; r < a.cases(); ++r)
    if (std::memcmp(a.row(r), b.row(r), std::size_t(4 * a.words())) != 0) return false;
  return true;
}

struct Shape {
  std::int64_t cases, rows, cols;
  double density;
};

const Shape kShapes[] = {{1, 1, 1, 1},       {1, 1, 1, 0},        {3, 1, 70, 0.5},     {5, 70, 1, 0.5},
                         {7, 33, 31, 0.2},   {100, 64, 64, 0},    {100, 64, 64, 1},    {257, 40, 100, 0.1},
                         {300, 97, 33, 0.6}, {1000, 20, 10, 0.4}, {16, 784, 500, 0.2}, {40, 500, 784, 0.5},
                         {2, 900, 65, 0.9},  {9, 31, 1300, 0.05}, {3, 600, 40, 1}};

// All of them, of both kinds.
const auto kProblems = [] {
  std::vector<std::pair<Shape, int>> problems;
  for (const Shape& shape : kShapes)
    for (int bits : {16, 24}) problems.emplace_back(shape, bits);
  return problems;
}();

// Weights of which some blocks are 20 times as large as the others and break the bound of sums in 16 bits.
Tensor uneven_weights(Key key, std::int64_t rows, std::int64_t cols) {
  Tensor w = random_tensor(key, DType::f32, rows, cols, -0.3, 0.3);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < cols; ++c)
      if (c / 32 % 6 == 5 || r / 32 % 7 == 6) w.set(r, c, 20 * w.at(r, c));
  return w;
}

struct Problem {
  Tensor weight, bias_up, bias_down;
  IntegerWeights weights;
  Bits lower, upper;

  Problem(const Shape& shape, Key key, int bits) : weights(shape.rows, shape.cols, bits) {
    Context ctx;
    weight = uneven_weights(key, shape.rows, shape.cols);
    quantise(ctx, weight, weights);
    bias_up = random_tensor(key.fold(1), DType::f32, 1, shape.cols, -2, 2);
    bias_down = random_tensor(key.fold(2), DType::f32, 1, shape.rows, -2, 2);
    lower = random_bits(key.fold(3), shape.cases, shape.rows, shape.density);
    upper = random_bits(key.fold(4), shape.cases, shape.cols, shape.density);
  }
  std::array<IntegerInput, 1> up() const { return {{{weights, Direction::up, lower}}}; }
  std::array<IntegerInput, 1> down() const { return {{{weights, Direction::down, upper}}}; }
};

TEST(IntegerProducts, FieldsAreThePlainSums) {
  for (const auto& [shape, bits] : kProblems) {
    const Problem p(shape, Key{1}, bits);
    std::vector<std::int32_t> up(std::size_t(shape.cases * shape.cols)), down(std::size_t(shape.cases * shape.rows));
    auto exact_up = up, exact_down = down;
    integer_field_plain(p.up(), p.bias_up, exact_up);
    integer_field_plain(p.down(), p.bias_down, exact_down);
    for_every_way_to_multiply([&](const std::string& name) {
      Context ctx;
      integer_field(ctx, p.up(), p.bias_up, up);
      integer_field(ctx, p.down(), p.bias_down, down);
      EXPECT_EQ(up, exact_up) << name << ' ' << shape.cases << ' ' << shape.rows << ' ' << shape.cols;
      EXPECT_EQ(down, exact_down) << name << ' ' << shape.cases << ' ' << shape.rows << ' ' << shape.cols;
    });
  }
}

// Half of a float and itself are exact.
TEST(IntegerProducts, MessagesAreTheFieldsAsFloats) {
  for (const auto& [shape, bits] : kProblems) {
    const Problem p(shape, Key{5}, bits);
    const auto check = [&](const IntegerInput& input, const std::string& name) {
      Context ctx;
      const std::int64_t units = input.units();
      std::vector<std::int32_t> exact(std::size_t(shape.cases * units));
      integer_field_plain({&input, 1}, Tensor(DType::f32, 1, units), exact);
      Tensor out(DType::f32, shape.cases, units);
      integer_message(ctx, input, 0.5, 0, out);  // what was there does not count
      integer_message(ctx, input, 0.5, 1, out);
      for (std::int64_t r = 0; r < shape.cases; ++r)
        for (std::int64_t j = 0; j < units; ++j)
          ASSERT_EQ(out.at(r, j), double(float(exact[std::size_t(r * units + j)])) * input.weights.step())
              << name << ' ' << r << ' ' << j;
    };
    for_every_way_to_multiply([&](const std::string& name) {
      check(p.up()[0], name);
      check(p.down()[0], name);
    });
  }
}

// A chain whose units flip with a probability that goes up and down, 0 and 1 among them, over a changing number of
// cases: what is sent is what would be sent anew.
TEST(IntegerProducts, RunningSumsAreThoseMadeAnew) {
  for (const auto& [shape, bits] : kProblems) {
    const Problem p(shape, Key{6}, bits);
    for_every_way_to_multiply([&](const std::string& name) {
      Context ctx(3);
      RunningSums running(shape.cases, shape.rows, shape.cols);
      Bits x = random_bits(Key{7}, shape.cases, shape.rows, shape.density);
      Tensor out(DType::f32, shape.cases, shape.cols), anew(DType::f32, shape.cases, shape.cols);
      const double flips[] = {0, 0.01, 0.1, 0, 0.5, 1, 0.05};
      for (std::size_t sweep = 0; sweep < std::size(flips); ++sweep) {
        const std::int64_t cases = sweep == 3 ? (shape.cases + 1) / 2 : shape.cases;
        x.set_cases(shape.cases);
        const Bits flip = random_bits(Key{8}.fold(sweep), shape.cases, shape.rows, flips[sweep]);
        for (std::int64_t r = 0; r < shape.cases; ++r)
          for (std::int64_t w = 0; w < x.words(); ++w) x.row(r)[w] ^= flip.row(r)[w];
        x.set_cases(cases);
        const IntegerInput input{p.weights, Direction::up, x};
        integer_message(ctx, input, 0.5, 0, out.view().slice(0, cases), &running);
        integer_message(ctx, input, 0.5, 0, anew.view().slice(0, cases));
        for (std::int64_t r = 0; r < cases; ++r) {
          const float *row = out.view().as<float>().row(r), *expected = anew.view().as<float>().row(r);
          ASSERT_TRUE(std::equal(row, row + shape.cols, expected)) << name << ' ' << sweep << ' ' << r;
        }
      }
    });
  }
}

TEST(IntegerProducts, DrawsAreThePlainOnesOnEveryInstructionSetAndAnyThreads) {
  for (const auto& [shape, bits] : kProblems) {
    const Problem p(shape, Key{2}, bits);
    Bits exact_up(shape.cases, shape.cols), exact_down(shape.cases, shape.rows);
    Sevenths exact_means(shape.cases, shape.cols);
    integer_sample_plain(p.up(), p.bias_up, Key{3}, 7, exact_up, &exact_means);
    integer_sample_plain(p.down(), p.bias_down, Key{4}, 7, exact_down);
    for_every_way_to_multiply([&](const std::string& name) {
      for (int threads : {1, 2, 3}) {
        Context ctx(threads);
        Bits up(shape.cases, shape.cols), down(shape.cases, shape.rows);
        Sevenths means = test::random_sevenths(Key{5}, shape.cases, shape.cols, 0.5);  // to be overwritten
        integer_sample(ctx, p.up(), p.bias_up, Key{3}, 7, up, &means);
        integer_sample(ctx, p.down(), p.bias_down, Key{4}, 7, down);
        EXPECT_TRUE(same_bits(up, exact_up)) << name << ' ' << shape.cases << ' ' << shape.rows << ' ' << shape.cols;
        EXPECT_TRUE(same_bits(means, exact_means))
            << name << ' ' << shape.cases << ' ' << shape.rows << ' ' << shape.cols;
        EXPECT_TRUE(same_bits(down, exact_down))
            << name << ' ' << shape.cases << ' ' << shape.rows << ' ' << shape.cols;
      }
    });
  }
}

TEST(IntegerProducts, FieldsThatAreThereAreDrawnFromAsProductsDraw) {
  for (const auto& [shape, bits] : kProblems) {
    const Problem p(shape, Key{26}, bits);
    std::vector<std::int32_t> fields(std::size_t(shape.cases * shape.cols));
    integer_field_plain(p.up(), p.bias_up, fields);
    Bits exact(shape.cases, shape.cols), drawn(shape.cases, shape.cols);
    Sevenths exact_means(shape.cases, shape.cols),
        means = test::random_sevenths(Key{27}, shape.cases, shape.cols, 0.5);  // to be overwritten
    integer_sample_plain(p.up(), p.bias_up, Key{28}, 3, exact, &exact_means);
    test::for_every_instruction_set([&, n = shape.cases](const std::string& name) {
      for (int threads : {1, 3}) {
        Context ctx(threads);
        sample_fields(ctx, fields, n, p.weights.exponent(), Key{28}, 3, drawn, &means);
        EXPECT_TRUE(same_bits(drawn, exact)) << name;
        EXPECT_TRUE(same_bits(means, exact_means)) << name;
      }
    });
  }
}

// Sevenths are one of the two that enclose the mean, and their mean is it, within five standard errors of a rounding
// (at most 1/14) and the grid of 2⁻¹⁶.
TEST(IntegerProducts, SeventhsHaveTheMeans) {
  constexpr std::int64_t kCases = 20'000, kUnits = 70;
  Context ctx;
  IntegerWeights weights(1, kUnits);
  quantise(ctx, Tensor(DType::f32, 1, kUnits), weights);
  Tensor bias(DType::f32, 1, kUnits);
  for (std::int64_t j = 0; j < kUnits; ++j) bias.set(0, j, double(j - 35) / 4);
  const Bits x(kCases, 1);
  Bits drawn(kCases, kUnits);
  Sevenths means(kCases, kUnits);
  integer_sample(ctx, std::array{IntegerInput{weights, Direction::up, x}}, bias, Key{6}, 3, drawn, &means);
  for (std::int64_t j = 0; j < kUnits; ++j) {
    const double p = 1 / (1 + std::exp(-bias.at(0, j)));
    double sum = 0;
    for (std::int64_t r = 0; r < kCases; ++r) {
      sum += means.at(r, j);
      ASSERT_LT(std::abs(means.at(r, j) - 7 * p), 1 + 0x1p-12) << j;
    }
    EXPECT_NEAR(sum / (7.0 * kCases), p, 5 / (14 * std::sqrt(double(kCases))) + 0x1p-16) << j;
  }
}

// Exact draws from the joint of the machine with the integers as weights, then a sweep: the joint is still the same, by
// Pearson's χ², whose standard deviation is √(2·degrees).
TEST(IntegerProducts, ASweepLeavesTheJointUnchanged) {
  constexpr std::int64_t kLower = 4, kUpper = 3, kStates = 128, kChains = 30'000;
  Context ctx;
  IntegerWeights q(kLower, kUpper);
  quantise(ctx, random_tensor(Key{7}, DType::f32, kLower, kUpper, -2, 2), q);
  const Tensor up = random_tensor(Key{8}, DType::f32, 1, kUpper), down = random_tensor(Key{9}, DType::f32, 1, kLower);
  const auto on = [](std::int64_t state, std::int64_t unit) { return (state >> unit & 1) != 0; };
  std::vector<double> p(kStates);
  double z = 0;
  for (std::int64_t s = 0; s < kStates; ++s) {
    double energy = 0;
    for (std::int64_t i = 0; i < kLower; ++i) energy += on(s, i) * integer_bias(float(down.at(0, i)), 1 / q.step());
    for (std::int64_t j = 0; j < kUpper; ++j) {
      energy += on(s, kLower + j) * integer_bias(float(up.at(0, j)), 1 / q.step());
      for (std::int64_t i = 0; i < kLower; ++i) energy += (on(s, i) && on(s, kLower + j)) * q.at(i, j);
    }
    z += p[std::size_t(s)] = std::exp(energy * q.step());
  }
  Bits lower(kChains, kLower), upper(kChains, kUpper);
  for (std::int64_t r = 0; r < kChains; ++r) {
    double left = double(random_word(Key{10}, std::uint32_t(r), 0)) * 0x1p-32 * z;
    std::int64_t s = 0;
    while (s + 1 < kStates && left >= p[std::size_t(s)]) left -= p[std::size_t(s++)];
    lower.row(r)[0] = std::uint32_t(s % 16);
    upper.row(r)[0] = std::uint32_t(s / 16);
  }
  integer_sample(ctx, std::array{IntegerInput{q, Direction::down, upper}}, down, Key{11}, 0, lower);
  integer_sample(ctx, std::array{IntegerInput{q, Direction::up, lower}}, up, Key{12}, 0, upper);
  std::vector<double> seen(kStates);
  for (std::int64_t r = 0; r < kChains; ++r) ++seen[lower.row(r)[0] + 16 * upper.row(r)[0]];
  double chi = 0;
  for (std::size_t s = 0; s < kStates; ++s) {
    const double expected = kChains * p[s] / z;
    chi += (seen[s] - expected) * (seen[s] - expected) / expected;
  }
  EXPECT_NEAR(chi, kStates - 1, 5 * std::sqrt(2.0 * (kStates - 1)));
}

// A layer between two others: what both send, and weights of which one has a finer grid of its own.
TEST(IntegerProducts, SeveralLayersSendSums) {
  Context ctx;
  const Shape shapes[] = {{7, 40, 33, 0.3}, {300, 500, 70, 0.1}, {100, 70, 65, 0.7}};
  for (const auto& [cases, below, units, density] : shapes) {
    IntegerWeights lower(below, units), upper(units, 50);
    upper.limit(11);
    const auto make = [&](IntegerWeights& w, Key key, double size) {
      quantise(ctx, random_tensor(key, DType::f32, w.rows(), w.cols(), -size, size), w);
    };
    make(upper, Key{21}, 0.1);
    lower.limit(11);
    make(lower, Key{20}, 0.5);
    ASSERT_EQ(lower.exponent(), upper.exponent());
    ASSERT_GT(upper.fitting_exponent(), upper.exponent());
    const Bits x = random_bits(Key{22}, cases, below, density), y = random_bits(Key{23}, cases, 50, 1 - density);
    const std::array inputs{IntegerInput{lower, Direction::up, x}, IntegerInput{upper, Direction::down, y}};
    const Tensor bias = random_tensor(Key{24}, DType::f32, 1, units, -2, 2);
    std::vector<std::int32_t> exact(std::size_t(cases * units)), field = exact;
    integer_field_plain(inputs, bias, exact);
    Bits drawn(cases, units), drawn_plain(cases, units);
    integer_sample_plain(inputs, bias, Key{25}, 2, drawn_plain);
    for_every_way_to_multiply([&](const std::string& name) {
      integer_field(ctx, inputs, bias, field);
      integer_sample(ctx, inputs, bias, Key{25}, 2, drawn);
      EXPECT_EQ(field, exact) << name;
      EXPECT_TRUE(same_bits(drawn, drawn_plain)) << name;
    });
  }
}

// One class of every group, as often as the softmax says: Pearson's χ², standard deviation √(2·degrees) a group.
TEST(IntegerProducts, GroupsAreDrawnBySoftmax) {
  constexpr std::int64_t kCases = 20'000, kClasses = 5, kGroups = 3, kBelow = 20;
  Context ctx;
  IntegerWeights weights(kBelow, kGroups * kClasses);
  quantise(ctx, random_tensor(Key{30}, DType::f32, kBelow, kGroups * kClasses), weights);
  const Tensor bias = random_tensor(Key{31}, DType::f32, 1, kGroups * kClasses);
  Bits x(kCases, kBelow), y(kCases, kGroups * kClasses);
  for (std::int64_t r = 0; r < kCases; ++r) x.row(r)[0] = 0b1001'0110'0011'0101'1010u;  // all alike
  const std::array inputs{IntegerInput{weights, Direction::up, x}};
  std::vector<std::int32_t> field(std::size_t(kCases * kGroups * kClasses));
  integer_field(ctx, inputs, bias, field);
  integer_sample_groups(ctx, inputs, bias, kClasses, Key{32}, 0, y);
  for (std::int64_t g = 0; g < kGroups; ++g) {
    double z = 0, chi = 0, all = 0;
    const auto weight = [&](std::int64_t k) { return std::exp(field[std::size_t(g * kClasses + k)] * weights.step()); };
    for (std::int64_t k = 0; k < kClasses; ++k) z += weight(k);
    for (std::int64_t k = 0; k < kClasses; ++k) {
      double seen = 0;
      for (std::int64_t r = 0; r < kCases; ++r) seen += y.at(r, g * kClasses + k);
      const double expected = kCases * weight(k) / z;
      chi += (seen - expected) * (seen - expected) / expected;
      all += seen;
    }
    EXPECT_EQ(all, kCases);
    EXPECT_NEAR(chi, kClasses - 1, 5 * std::sqrt(2.0 * (kClasses - 1)));
  }
}

TEST(IntegerProducts, PrintsTheInstructionSetsThatRan) {
  std::string names;
  for_every_way_to_multiply([&](const std::string& name) { names += (names.empty() ? "" : ", ") + name; });
  RecordProperty("instruction_sets", names);
  std::printf("products ran on: %s\n", names.c_str());
}

}  // namespace
}  // namespace deepboltz
