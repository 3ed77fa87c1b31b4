// Products against sums in double, entry by entry, on shapes of every kind.
#include "deepboltz/kernel/linear.h"

#include <cmath>
#include <limits>

#include "tests/kernel/fixture.h"
#include <gtest/gtest.h>

namespace deepboltz {
namespace {

using test::random_tensor;
using test::same_bits;

struct Shape {
  std::int64_t rows, cols, inner;
};

// Degenerate and ragged, in one tile.
constexpr Shape kShapes[] = {{1, 1, 1},   {0, 3, 4}, {3, 0, 4},     {3, 4, 0},      {1, 50, 70}, {50, 1, 70},
                             {50, 70, 1}, {7, 5, 3}, {17, 33, 129}, {100, 10, 200}, {1, 900, 9}, {900, 1, 9}};

// Cut into tiles by rows, by columns, and by both.
constexpr Shape kLargeShapes[] = {{100, 500, 401}, {515, 203, 301}, {3, 2'000, 3'000}};

Tensor operand(Key key, DType dtype, std::int64_t rows, std::int64_t cols, Transpose transpose) {
  return transpose == Transpose::yes ? random_tensor(key, dtype, cols, rows) : random_tensor(key, dtype, rows, cols);
}

double entry(const Tensor& t, std::int64_t r, std::int64_t c, Transpose transpose) {
  return transpose == Transpose::yes ? t.at(c, r) : t.at(r, c);
}

constexpr Transpose kBoth[] = {Transpose::no, Transpose::yes};

TEST(Multiply, AProductIsItsSums) {
  for (DType dtype : {DType::f32, DType::f64})
    for (const auto& [rows, cols, inner] : kShapes)
      for (Transpose transpose_a : kBoth)
        for (Transpose transpose_b : kBoth)
          for (double beta : {0.0, 1.0, -0.5}) {
            Context ctx;
            const Tensor a = operand(Key{1}, dtype, rows, inner, transpose_a);
            const Tensor b = operand(Key{2}, dtype, inner, cols, transpose_b);
            const Tensor before = random_tensor(Key{3}, dtype, rows, cols);
            Tensor out = before.clone(), plain = before.clone();
            multiply(ctx, 1.5, a, transpose_a, b, transpose_b, beta, out);
            multiply_plain(ctx, 1.5, a, transpose_a, b, transpose_b, beta, plain);
            // Each of `inner` additions rounds a partial sum of about √inner; the errors walk at random: √inner times
            // that, half a unit in the last place each, and room for the largest of many entries.
            const double epsilon = dtype == DType::f64 ? 0x1p-52 : 0x1p-23;
            const double tolerance = 1.5 * epsilon * (3 + double(inner));
            EXPECT_LE(test::largest_difference(out, plain), tolerance) << rows << "×" << cols << "×" << inner;
            for (std::int64_t r = 0; r < rows; r += 1 + rows / 7)
              for (std::int64_t c = 0; c < cols; c += 1 + cols / 7) {
                double sum = 0;
                for (std::int64_t k = 0; k < inner; ++k)
                  sum += entry(a, r, k, transpose_a) * entry(b, k, c, transpose_b);
                EXPECT_NEAR(plain.at(r, c), 1.5 * sum + beta * before.at(r, c), tolerance);
              }
          }
}

TEST(Multiply, BetaZeroDoesNotReadWhatWasThere) {
  for (DType dtype : {DType::f32, DType::f64})
    for (const auto& [rows, cols, inner] : kShapes) {
      Context ctx;
      const Tensor a = random_tensor(Key{1}, dtype, rows, inner), b = random_tensor(Key{2}, dtype, inner, cols);
      Tensor out(dtype, rows, cols);
      for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t c = 0; c < cols; ++c) out.set(r, c, std::numeric_limits<double>::quiet_NaN());
      multiply(ctx, 1, a, Transpose::no, b, Transpose::no, 0, out);
      for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t c = 0; c < cols; ++c) ASSERT_TRUE(std::isfinite(out.at(r, c)));
    }
}

TEST(Multiply, AProductInTilesIsTheSameProduct) {
  for (const auto& [rows, cols, inner] : kLargeShapes)
    for (Transpose transpose_a : kBoth)
      for (Transpose transpose_b : kBoth) {
        Context ctx(2);
        const Tensor a = operand(Key{1}, DType::f32, rows, inner, transpose_a);
        const Tensor b = operand(Key{2}, DType::f32, inner, cols, transpose_b);
        Tensor out = random_tensor(Key{3}, DType::f32, rows, cols), plain = out.clone();
        multiply(ctx, 1, a, transpose_a, b, transpose_b, 1, out);
        multiply_plain(ctx, 1, a, transpose_a, b, transpose_b, 1, plain);
        EXPECT_LE(test::largest_difference(out, plain), 0x1p-23 * double(inner)) << rows << "×" << cols << "×" << inner;
      }
}

TEST(Multiply, TheNumberOfThreadsDoesNotChangeABit) {
  for (DType dtype : {DType::f32, DType::f64})
    for (const auto& [rows, cols, inner] : {kLargeShapes[0], kLargeShapes[1], kShapes[8]})
      for (Transpose transpose_a : kBoth)
        for (Transpose transpose_b : kBoth) {
          if (dtype == DType::f64 && inner > 301) continue;  // the plain loops are slow
          const Tensor a = operand(Key{1}, dtype, rows, inner, transpose_a);
          const Tensor b = operand(Key{2}, dtype, inner, cols, transpose_b);
          Tensor one;
          for (int threads : {1, 2, 3}) {
            Context ctx(threads);
            Tensor out(dtype, rows, cols);
            multiply(ctx, 1, a, transpose_a, b, transpose_b, 0, out);
            if (threads == 1)
              one = std::move(out);
            else
              EXPECT_TRUE(same_bits(one, out)) << rows << "×" << cols << "×" << inner << ", " << threads << " threads";
          }
        }
}

TEST(Multiply, AViewIntoALargerMatrixIsAsGoodAsAMatrix) {
  for (DType dtype : {DType::f32, DType::f64}) {
    Context ctx;
    const Tensor a = random_tensor(Key{1}, dtype, 40, 60), b = random_tensor(Key{2}, dtype, 60, 90);
    Tensor large(dtype, 40, 90), small(dtype, 20, 31);
    const ConstMatrix left = ConstMatrix(a).slice(5, 20).columns(7, 50),
                      right = ConstMatrix(b).slice(3, 50).columns(9, 31);
    multiply(ctx, 1, left, Transpose::no, right, Transpose::no, 0, large.view().slice(5, 20).columns(7, 31));
    multiply(ctx, 1, left, Transpose::no, right, Transpose::no, 0, small);
    for (std::int64_t r = 0; r < 40; ++r)
      for (std::int64_t c = 0; c < 90; ++c) {
        const bool inside = r >= 5 && r < 25 && c >= 7 && c < 38;
        ASSERT_NEAR(large.at(r, c), inside ? small.at(r - 5, c - 7) : 0, 1e-6);
      }
  }
}

}  // namespace
}  // namespace deepboltz
