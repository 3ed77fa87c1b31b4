// Weights as integers: their error, their bounds, and that they are those of the weights as they are.
#include "deepboltz/kernel/integer_weights.h"

#include <array>
#include <cmath>
#include <utility>

#include "tests/kernel/fixture.h"
#include "tests/kernel/random_bits.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/integer_products.h"

namespace deepboltz {
namespace {

using test::random_bits;
using test::random_tensor;

IntegerWeights integers(const Tensor& weight, int bits = 16) {
  Context ctx;
  IntegerWeights out(weight.rows(), weight.cols(), bits);
  quantise(ctx, weight, out);
  return out;
}

double largest(const Tensor& weight) {
  double most = 0;
  for (std::int64_t i = 0; i < weight.rows(); ++i)
    for (std::int64_t j = 0; j < weight.cols(); ++j) most = std::max(most, std::abs(weight.at(i, j)));
  return most;
}

TEST(IntegerWeights, AreOffByAtMostHalfAStepWhichIsAnEightThousandthOfTheLargest) {
  for (double reach : {0.0, 1e-30, 1e-6, 0.01, 0.25, 1.0, 3.7, 60.0, 1e4, 1e20}) {
    const Tensor weight = random_tensor(Key{1}, DType::f32, 70, 45, -reach, reach);
    const IntegerWeights q = integers(weight);
    EXPECT_LE(q.step() / 2, std::max(largest(weight) / 8191, 0x1p-16)) << reach;
    for (std::int64_t i = 0; i < weight.rows(); ++i)
      for (std::int64_t j = 0; j < weight.cols(); ++j)
        EXPECT_LE(std::abs(q.at(i, j) * q.step() - weight.at(i, j)), q.step() / 2) << reach;
  }
}

TEST(IntegerWeights, Of24BitsAreOffByAMillionthOfTheLargestField) {
  for (double reach : {0.0, 1e-30, 1e-6, 0.01, 0.25, 1.0, 3.7, 60.0, 1e4, 1e20})
    for (std::int64_t rows : {3, 70, 5'000}) {
      const Tensor weight = random_tensor(Key{1}, DType::f32, rows, 45, -reach, reach);
      const IntegerWeights q = integers(weight, 24);
      EXPECT_LE(q.step() / 2, std::max({largest(weight) / 2'097'000, q.largest_field() * 0x1p-30, 0x1p-24})) << reach;
      for (std::int64_t i = 0; i < weight.rows(); ++i)
        for (std::int64_t j = 0; j < weight.cols(); ++j)
          EXPECT_LE(std::abs(q.at(i, j) * q.step() - weight.at(i, j)), q.step() / 2) << reach;
    }
}

TEST(IntegerWeights, OneOutlierCostsTheOthersTwoBits) {
  Tensor weight = random_tensor(Key{2}, DType::f32, 320, 320, -0.5, 0.5);
  const int before = integers(weight).exponent();
  for (double outlier : {1.0, 1.9, 3.8}) {
    weight.set(7, 300, outlier);
    EXPECT_GE(integers(weight).exponent(), before - 2) << outlier;
  }
  weight.set(7, 300, 7);  // at two bits less, four of it are too many for 16 bits
  const IntegerWeights q = integers(weight);
  EXPECT_EQ(q.exponent(), before - 2);
  EXPECT_FALSE(q.col_block_is_narrow(9));
  EXPECT_FALSE(q.row_block_is_narrow(0));
  EXPECT_TRUE(q.col_block_is_narrow(0));
}

TEST(IntegerWeights, AFieldIsOffByHalfAStepForEachUnitThatIsOn) {
  for (const auto& [reach, bits] : {std::pair(0.02, 16), std::pair(0.5, 16), std::pair(6.0, 16), std::pair(0.02, 24),
                                    std::pair(0.5, 24), std::pair(6.0, 24)}) {
    const std::int64_t cases = 20, rows = 300, cols = 90;
    const Tensor weight = random_tensor(Key{3}, DType::f32, rows, cols, -reach, reach),
                 bias = random_tensor(Key{4}, DType::f32, 1, cols, -3, 3);
    const IntegerWeights q = integers(weight, bits);
    const Bits x = random_bits(Key{5}, cases, rows, 0.3);
    std::vector<std::int32_t> field(std::size_t(cases * cols));
    Context ctx;
    integer_field(ctx, std::array{IntegerInput{q, Direction::up, x}}, bias, field);
    for (std::int64_t r = 0; r < cases; ++r)
      for (std::int64_t j = 0; j < cols; ++j) {
        double exact = bias.at(0, j);
        int on = 1;  // the bias is rounded too
        for (std::int64_t i = 0; i < rows; ++i)
          if (x.at(r, i)) exact += weight.at(i, j), ++on;
        EXPECT_LE(std::abs(field[std::size_t(r * cols + j)] * q.step() - exact), on * q.step() / 2 + 1e-12);
      }
  }
}

// Of the size that learnt weights have: most of them small, a few up to 1. Against sums in float64, fields of 24 bits
// are no further off than ten times what sums in float32 are, and two hundred times closer than fields of 16 bits: the
// last bit of a weight of float32 is as small as the weight, that of an integer as small as the largest.
TEST(IntegerWeights, FieldsOf24BitsAreAboutAsExactAsFloats) {
  const std::int64_t cases = 50, rows = 784, cols = 100;
  Tensor weight = random_tensor(Key{6}, DType::f32, rows, cols, -1, 1), bias(DType::f32, 1, cols);
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < cols; ++j) weight.set(i, j, std::pow(weight.at(i, j), 9));
  const Bits x = random_bits(Key{7}, cases, rows, 0.2);
  Context ctx;
  const auto off = [&](auto&& field_of) {  // root of the mean square
    double sum = 0;
    for (std::int64_t r = 0; r < cases; ++r)
      for (std::int64_t j = 0; j < cols; ++j) {
        double exact = 0;
        for (std::int64_t i = 0; i < rows; ++i) exact += x.at(r, i) ? weight.at(i, j) : 0;
        const double by = field_of(r, j) - exact;
        sum += by * by;
      }
    return std::sqrt(sum / double(cases * cols));
  };
  const auto integers_off = [&](int bits) {
    const IntegerWeights q = integers(weight, bits);
    std::vector<std::int32_t> field(std::size_t(cases * cols));
    integer_field(ctx, std::array{IntegerInput{q, Direction::up, x}}, bias, field);
    return off([&](std::int64_t r, std::int64_t j) { return field[std::size_t(r * cols + j)] * q.step(); });
  };
  const double floats = off([&](std::int64_t r, std::int64_t j) {
    float sum = 0;
    for (std::int64_t i = 0; i < rows; ++i) sum += x.at(r, i) ? float(weight.at(i, j)) : 0;
    return double(sum);
  });
  std::printf("fields off float64's: float32 %.2g, 24 bits %.2g, 16 bits %.2g\n", floats, integers_off(24),
              integers_off(16));
  EXPECT_LT(integers_off(24), 10 * floats);
  EXPECT_LT(200 * integers_off(24), integers_off(16));
}

TEST(IntegerWeights, KeepAFieldWithinThirtyBits) {
  Tensor weight(DType::f32, 40'000, 1);
  for (std::int64_t i = 0; i < weight.rows(); ++i) weight.set(i, 0, 1);
  for (int bits : {16, 24}) {
    const IntegerWeights q = integers(weight, bits);
    EXPECT_LE(40'000.0 * q.at(0, 0), 0x1p30);
    EXPECT_NEAR(q.at(0, 0) * q.step(), 1, q.step() / 2);
  }
}

}  // namespace
}  // namespace deepboltz
