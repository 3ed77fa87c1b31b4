// Products on integers against plain loops: the same bits for every shape, every instruction set, any threads.
#include "deepboltz/kernel/integer_products.h"

#include <cmath>

#include "tests/kernel/fixture.h"
#include "tests/kernel/random_bits.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/bernoulli_draw.h"

namespace deepboltz {
namespace {

using test::for_every_instruction_set;
using test::random_bits;
using test::random_tensor;

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
                         {2, 900, 65, 0.9},  {9, 31, 1300, 0.05}};

// Weights of which some blocks are 20 times as large as the others and break the bound of sums in 16 bits.
Tensor uneven_weights(Key key, std::int64_t rows, std::int64_t cols) {
  Tensor w = random_tensor(key, DType::f32, rows, cols, -0.3, 0.3);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < cols; ++c)
      if (c / 32 % 6 == 5 || r / 32 % 7 == 6) w.set(r, c, 3.5 * w.at(r, c));
  return w;
}

struct Problem {
  Tensor weight, bias_up, bias_down;
  IntegerWeights weights;
  Bits lower, upper;

  Problem(const Shape& shape, Key key) : weights(shape.rows, shape.cols) {
    Context ctx;
    weight = uneven_weights(key, shape.rows, shape.cols);
    quantise(ctx, weight, weights);
    bias_up = random_tensor(key.fold(1), DType::f32, 1, shape.cols, -2, 2);
    bias_down = random_tensor(key.fold(2), DType::f32, 1, shape.rows, -2, 2);
    lower = random_bits(key.fold(3), shape.cases, shape.rows, shape.density);
    upper = random_bits(key.fold(4), shape.cases, shape.cols, shape.density);
  }
};

TEST(IntegerProducts, FieldsAreThePlainSums) {
  for (const Shape& shape : kShapes) {
    const Problem p(shape, Key{1});
    std::vector<std::int32_t> up(std::size_t(shape.cases * shape.cols)), down(std::size_t(shape.cases * shape.rows));
    auto exact_up = up, exact_down = down;
    integer_field_plain(p.weights, Direction::up, p.lower, p.bias_up, exact_up);
    integer_field_plain(p.weights, Direction::down, p.upper, p.bias_down, exact_down);
    for_every_instruction_set([&](const std::string& name) {
      Context ctx;
      integer_field(ctx, p.weights, Direction::up, p.lower, p.bias_up, up);
      integer_field(ctx, p.weights, Direction::down, p.upper, p.bias_down, down);
      EXPECT_EQ(up, exact_up) << name << ' ' << shape.cases << ' ' << shape.rows << ' ' << shape.cols;
      EXPECT_EQ(down, exact_down) << name << ' ' << shape.cases << ' ' << shape.rows << ' ' << shape.cols;
    });
  }
}

TEST(IntegerProducts, DrawsAreThePlainOnesOnEveryInstructionSetAndAnyThreads) {
  for (const Shape& shape : kShapes) {
    const Problem p(shape, Key{2});
    Bits exact_up(shape.cases, shape.cols), exact_down(shape.cases, shape.rows);
    integer_sample_plain(p.weights, Direction::up, p.lower, p.bias_up, Key{3}, 7, exact_up);
    integer_sample_plain(p.weights, Direction::down, p.upper, p.bias_down, Key{4}, 7, exact_down);
    for_every_instruction_set([&](const std::string& name) {
      for (int threads : {1, 2, 3}) {
        Context ctx(threads);
        Bits up(shape.cases, shape.cols), down(shape.cases, shape.rows);
        integer_sample(ctx, p.weights, Direction::up, p.lower, p.bias_up, Key{3}, 7, up);
        integer_sample(ctx, p.weights, Direction::down, p.upper, p.bias_down, Key{4}, 7, down);
        EXPECT_TRUE(same_bits(up, exact_up)) << name << ' ' << shape.cases << ' ' << shape.rows << ' ' << shape.cols;
        EXPECT_TRUE(same_bits(down, exact_down))
            << name << ' ' << shape.cases << ' ' << shape.rows << ' ' << shape.cols;
      }
    });
  }
}

TEST(IntegerProducts, PrintsTheInstructionSetsThatRan) {
  std::string names;
  for_every_instruction_set([&](const std::string& name) { names += ' ' + name; });
  RecordProperty("instruction_sets", names);
  std::printf("instruction sets:%s\n", names.c_str());
}

}  // namespace
}  // namespace deepboltz
