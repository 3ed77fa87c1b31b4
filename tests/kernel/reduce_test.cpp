// Sums against sums written out, for every width of a vector's remainder.
#include "deepboltz/kernel/reduce.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/kernel/fixture.h"
#include <gtest/gtest.h>

namespace deepboltz {
namespace {

using test::for_every_instruction_set;
using test::random_tensor;

constexpr std::int64_t kRows = 6;
constexpr std::int64_t kWidths[] = {1, 3, 8, 15, 16, 17, 40, 130};

// A sum in double of at most 1000 numbers below 1, given in float or double.
constexpr double kTolerance = 1e-12;

TEST(Reduce, SumsAreTheirSums) {
  for_every_instruction_set([](const std::string& name) {
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t cols : kWidths) {
        SCOPED_TRACE(name + " " + std::string(name_of(dtype)) + " " + std::to_string(cols));
        Context ctx;
        const Tensor x = random_tensor(Key{1}, dtype, kRows, cols), y = random_tensor(Key{2}, dtype, kRows, cols);
        Tensor means(dtype, 1, cols);
        column_means(ctx, x, means);
        double largest = 0, difference = 0;
        for (std::int64_t c = 0; c < cols; ++c) {
          double sum = 0, squares = 0;
          for (std::int64_t r = 0; r < kRows; ++r) {
            sum += x.at(r, c);
            squares += x.at(r, c) * x.at(r, c);
            difference += std::abs(x.at(r, c) - y.at(r, c));
          }
          EXPECT_NEAR(means.at(0, c), sum / kRows, dtype == DType::f64 ? kTolerance : 1e-7);
          largest = std::max(largest, std::sqrt(squares));
        }
        EXPECT_NEAR(largest_column_norm(ctx, x), largest, kTolerance);
        EXPECT_NEAR(mean_absolute_difference(ctx, x, y), difference / double(kRows * cols),
                    dtype == DType::f64 ? kTolerance : 1e-7);

        std::vector<double> dots(kRows, 0.5), dots_of_one(kRows, 0.5);
        add_row_dots(ctx, -3, x, y, dots);
        add_row_dots(ctx, -3, x, ConstMatrix(y).slice(0, 1), dots_of_one);
        for (std::int64_t r = 0; r < kRows; ++r) {
          double dot = 0, dot_of_one = 0;
          for (std::int64_t c = 0; c < cols; ++c) {
            dot += x.at(r, c) * y.at(r, c);
            dot_of_one += x.at(r, c) * y.at(0, c);
          }
          EXPECT_NEAR(dots[std::size_t(r)], 0.5 - 3 * dot, kTolerance);
          EXPECT_NEAR(dots_of_one[std::size_t(r)], 0.5 - 3 * dot_of_one, kTolerance);
        }
      }
  });
}

TEST(Reduce, OneEntryThatIsNotFiniteIsFoundWhereverItIs) {
  for_every_instruction_set([](const std::string& name) {
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t cols : {1, 17, 40}) {
        Context ctx;
        Tensor x = random_tensor(Key{1}, dtype, 3, cols);
        x.set(0, 0, std::numeric_limits<float>::max());
        EXPECT_TRUE(all_finite(ctx, x));
        for (double bad : {double(INFINITY), -double(INFINITY), double(NAN)})
          for (std::int64_t c = 0; c < cols; ++c) {
            const double good = x.at(1, c);
            x.set(1, c, bad);
            EXPECT_FALSE(all_finite(ctx, x)) << name << ", column " << c;
            x.set(1, c, good);
          }
      }
  });
}

TEST(Reduce, ScaleAddWithZeroDoesNotReadWhatWasThere) {
  for_every_instruction_set([](const std::string& name) {
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t cols : kWidths) {
        Context ctx;
        const Tensor x = random_tensor(Key{1}, dtype, kRows, cols), y = random_tensor(Key{2}, dtype, kRows, cols);
        Tensor sum = y.clone(), copy(dtype, kRows, cols);
        copy.set(2, cols - 1, NAN);
        scale_add(ctx, 2, x, -0.5, sum);
        scale_add(ctx, 2, x, 0, copy);
        for (std::int64_t r = 0; r < kRows; ++r)
          for (std::int64_t c = 0; c < cols; ++c) {
            ASSERT_NEAR(sum.at(r, c), 2 * x.at(r, c) - 0.5 * y.at(r, c), dtype == DType::f64 ? 1e-15 : 2.4e-7) << name;
            ASSERT_EQ(copy.at(r, c), 2 * x.at(r, c)) << name;
          }
      }
  });
}

TEST(Reduce, TheNumberOfThreadsDoesNotChangeABit) {
  for (DType dtype : {DType::f32, DType::f64}) {
    const Tensor x = random_tensor(Key{1}, dtype, 301, 203), y = random_tensor(Key{2}, dtype, 301, 203);
    const auto run = [&](int threads) {
      Context ctx(threads);
      Tensor means(dtype, 1, 203), sum = y.clone();
      column_means(ctx, x, means);
      scale_add(ctx, 0.3, x, 0.7, sum);
      std::vector<double> all(301, 0.0);
      add_row_dots(ctx, 1, x, y, all);
      all.push_back(mean_absolute_difference(ctx, x, y));
      all.push_back(largest_column_norm(ctx, x));
      for (std::int64_t c = 0; c < 203; ++c) all.push_back(means.at(0, c));
      for (std::int64_t r = 0; r < 301; ++r) all.push_back(sum.at(r, 202));
      return all;
    };
    EXPECT_EQ(run(1), run(2));
    EXPECT_EQ(run(1), run(3));
  }
}

}  // namespace
}  // namespace deepboltz
