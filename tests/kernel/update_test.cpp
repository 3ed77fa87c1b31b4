// The updates against their formulas in double, parameter by parameter.
#include "deepboltz/kernel/update.h"

#include <cmath>

#include "tests/kernel/fixture.h"
#include <gtest/gtest.h>

namespace deepboltz {
namespace {

using test::for_every_instruction_set;
using test::random_tensor;
using test::same_bits;

constexpr std::int64_t kRows = 5;
constexpr std::int64_t kWidths[] = {1, 7, 16, 33, 100};

double tolerance(DType dtype) { return dtype == DType::f64 ? 1e-14 : 1e-6; }
double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

Tensor weights(DType dtype, std::int64_t cols) {
  Tensor w = random_tensor(Key{1}, dtype, kRows, cols);
  for (std::int64_t c = 0; c < cols; c += 3) w.set(1, c, 0);  // where l1 has no direction
  return w;
}

TEST(MomentumStep, FollowsItsFormulaAlsoWithNesterovAndDecay) {
  for_every_instruction_set([](const std::string& name) {
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t cols : kWidths)
        for (bool nesterov : {false, true})
          for (Decay decay : {Decay{}, Decay{.l2 = 0.1}, Decay{.l1 = 0.2}, Decay{.l2 = 0.1, .l1 = 0.2}}) {
            Context ctx;
            const Tensor g = random_tensor(Key{2}, dtype, kRows, cols), w0 = weights(dtype, cols);
            const Tensor v0 = random_tensor(Key{3}, dtype, kRows, cols);
            Tensor w = w0.clone(), v = v0.clone();
            momentum_step(ctx, 0.3, 0.9, nesterov, decay, g, v, w);
            for (std::int64_t r = 0; r < kRows; ++r)
              for (std::int64_t c = 0; c < cols; ++c) {
                const double before = w0.at(r, c);
                const double push = 0.3 * (g.at(r, c) - decay.l2 * before - decay.l1 * sign(before));
                const double delta = 0.9 * v0.at(r, c) + push;
                ASSERT_NEAR(v.at(r, c), delta, tolerance(dtype)) << name;
                ASSERT_NEAR(w.at(r, c), before + (nesterov ? 0.9 * delta + push : delta), tolerance(dtype)) << name;
              }
          }
  });
}

TEST(MomentumStep, WithoutMomentumIsPlainAscentAndWithItApproachesTheTerminalVelocity) {
  Context ctx;
  Tensor g = random_tensor(Key{2}, DType::f64, 1, 9), v(DType::f64, 1, 9), w(DType::f64, 1, 9);
  momentum_step(ctx, 0.5, 0, true, {}, g, v, w);
  for (std::int64_t c = 0; c < 9; ++c) EXPECT_DOUBLE_EQ(w.at(0, c), 0.5 * g.at(0, c));
  for (int step = 0; step < 2'000; ++step) momentum_step(ctx, 0.5, 0.9, false, {}, g, v, w);
  for (std::int64_t c = 0; c < 9; ++c) EXPECT_NEAR(v.at(0, c), 0.5 * g.at(0, c) / (1 - 0.9), 1e-12);
}

TEST(AdamStep, FollowsItsFormula) {
  for_every_instruction_set([](const std::string& name) {
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t cols : kWidths) {
        Context ctx;
        const AdamMoments moments;
        const Decay decay{.l2 = 0.1, .l1 = 0.05};
        Tensor w = weights(dtype, cols), m(dtype, kRows, cols), v(dtype, kRows, cols);
        Tensor w1 = w.to(DType::f64), m1(DType::f64, kRows, cols), v1(DType::f64, kRows, cols);
        for (int step = 1; step <= 5; ++step) {
          const Tensor g = random_tensor(Key{2}.fold(std::uint64_t(step)), dtype, kRows, cols);
          adam_step(ctx, 0.01, moments, step, decay, g, m, v, w);
          for (std::int64_t r = 0; r < kRows; ++r)
            for (std::int64_t c = 0; c < cols; ++c) {
              const double now = g.at(r, c) - decay.l2 * w1.at(r, c) - decay.l1 * sign(w1.at(r, c));
              m1.set(r, c, 0.9 * m1.at(r, c) + 0.1 * now);
              v1.set(r, c, 0.999 * v1.at(r, c) + 0.001 * now * now);
              const double mean = m1.at(r, c) / (1 - std::pow(0.9, step));
              const double square = v1.at(r, c) / (1 - std::pow(0.999, step));
              w1.set(r, c, w1.at(r, c) + 0.01 * mean / (std::sqrt(square) + 1e-8));
              ASSERT_NEAR(w.at(r, c), w1.at(r, c), 10 * tolerance(dtype)) << name << ", step " << step;
            }
        }
      }
  });
}

TEST(LimitColumnNorms, ColumnsAboveTheLimitEndOnItAndTheOthersStay) {
  for (DType dtype : {DType::f32, DType::f64}) {
    Context ctx;
    const Tensor before = random_tensor(Key{4}, dtype, 40, 23);
    Tensor w = before.clone();
    constexpr double kLimit = 3.6;  // about the expected norm, √(40/3)
    limit_column_norms(ctx, kLimit, w);
    int shrunk = 0;
    for (std::int64_t c = 0; c < 23; ++c) {
      double old_square = 0, square = 0;
      for (std::int64_t r = 0; r < 40; ++r) {
        old_square += before.at(r, c) * before.at(r, c);
        square += w.at(r, c) * w.at(r, c);
      }
      if (std::sqrt(old_square) > kLimit) {
        ++shrunk;
        EXPECT_NEAR(std::sqrt(square), kLimit, 1e-6);
        EXPECT_NEAR(w.at(3, c) * std::sqrt(old_square), before.at(3, c) * kLimit, 1e-6);
      } else {
        for (std::int64_t r = 0; r < 40; ++r) EXPECT_EQ(w.at(r, c), before.at(r, c));
      }
    }
    EXPECT_GT(shrunk, 0);
    EXPECT_LT(shrunk, 23);
  }
}

TEST(AddOuter, AddsTheProductOfEveryPair) {
  for_every_instruction_set([](const std::string& name) {
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t cols : kWidths) {
        Context ctx;
        const Tensor x = random_tensor(Key{1}, dtype, 1, kRows), y = random_tensor(Key{2}, dtype, 1, cols);
        const Tensor before = random_tensor(Key{3}, dtype, kRows, cols);
        Tensor out = before.clone();
        add_outer(ctx, -2, x, y, out);
        for (std::int64_t r = 0; r < kRows; ++r)
          for (std::int64_t c = 0; c < cols; ++c)
            ASSERT_NEAR(out.at(r, c), before.at(r, c) - 2 * x.at(0, r) * y.at(0, c), tolerance(dtype)) << name;
      }
  });
}

TEST(Update, TheNumberOfThreadsDoesNotChangeABit) {
  for (DType dtype : {DType::f32, DType::f64}) {
    const Tensor g = random_tensor(Key{2}, dtype, 300, 257);
    Tensor one;
    for (int threads : {1, 2, 3}) {
      Context ctx(threads);
      Tensor w = random_tensor(Key{1}, dtype, 300, 257), v(dtype, 300, 257), m(dtype, 300, 257), s(dtype, 300, 257);
      for (int step = 1; step <= 3; ++step) {
        momentum_step(ctx, 0.1, 0.9, false, {.l2 = 1e-3}, g, v, w);
        adam_step(ctx, 0.1, {}, step, {}, g, m, s, w);
        limit_column_norms(ctx, 5, w);
        add_outer(ctx, 0.5, ConstMatrix(g).slice(0, 1).columns(0, 257), ConstMatrix(g).slice(1, 1),
                  w.view().slice(0, 257));
      }
      if (threads == 1)
        one = std::move(w);
      else
        EXPECT_TRUE(same_bits(one, w)) << threads << " threads";
    }
  }
}

}  // namespace
}  // namespace deepboltz
