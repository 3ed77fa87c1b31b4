// The kernels of a row of counts against the formulas of unit/counts.h in double, on every instruction set.
#include <cmath>

#include "tests/kernel/fixture.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/unit_ops.h"

namespace deepboltz {
namespace {

using test::for_every_instruction_set;
using test::random_tensor;
using test::same_bits;

struct Rows {
  std::int64_t words;
  Tensor input, bias;
  std::vector<double> length{1, 7, 4'000}, beta{1, 0.3, 0.8};

  Rows(DType dtype, std::int64_t width)
      : words(width),
        input(random_tensor(Key{1}, dtype, 3, width, -10, 10)),
        bias(random_tensor(Key{2}, dtype, 1, width)) {}
  Field field() const { return {.input = input, .bias = bias, .beta = beta, .base = {}, .cases = 3, .length = length}; }
  std::vector<double> fields(std::int64_t r) const {
    std::vector<double> f;
    for (std::int64_t k = 0; k < words; ++k) f.push_back(beta[std::size_t(r)] * (input.at(r, k) + bias.at(0, k)));
    return f;
  }
};

TEST(CountsOps, AreTheFormulasOfTheUnit) {
  for_every_instruction_set([](const std::string& name) {
    Context ctx;
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t words : {1, 2, 3, 7, 8, 9, 16, 17, 33, 64, 100}) {
        const Rows rows(dtype, words);
        // A float field of up to 11 is off by 2⁻²³·11, and so are the mean, relatively, and A, a word.
        const double near = dtype == DType::f64 ? 1e-13 : 5e-6;
        Tensor mean(dtype, 3, words), drawn(dtype, 3, words), beside(dtype, 3, words);
        unit_mean(ctx, Counts{}, rows.field(), {}, mean);
        unit_sample(ctx, Counts{}, rows.field(), Key{3}, 0, {}, drawn, beside);
        std::vector<double> a(3, 1.0);
        add_log_partition(ctx, Counts{}, rows.field(), {}, {}, 2, a);
        for (std::int64_t r = 0; r < 3; ++r) {
          const std::vector<double> f = rows.fields(r);
          const double length = rows.length[std::size_t(r)];
          std::vector<double> expected(f.size());
          Counts::mean(f.data(), words, length, expected.data());
          EXPECT_NEAR(a[std::size_t(r)], 1 + 2 * Counts::log_partition(f.data(), words, length), 2 * near * length)
              << name;
          double total = 0;
          for (std::int64_t k = 0; k < words; ++k) {
            EXPECT_NEAR(mean.at(r, k), expected[std::size_t(k)], near * expected[std::size_t(k)] + 1e-30) << name;
            total += drawn.at(r, k);
          }
          EXPECT_EQ(total, length) << name;
        }
        EXPECT_TRUE(same_bits(mean, beside)) << name;
      }
  });
}

TEST(CountsOps, DoNotDependOnThreadsOrBatches) {
  constexpr std::int64_t kCases = 200, kWords = 500;
  const Tensor input = random_tensor(Key{4}, DType::f32, kCases, kWords),
               bias = random_tensor(Key{5}, DType::f32, 1, kWords);
  std::vector<double> length;
  for (std::int64_t r = 0; r < kCases; ++r) length.push_back(double(1 + r));
  const auto draw = [&](int threads, std::int64_t first, std::int64_t count) {
    Context ctx(threads);
    Tensor out(DType::f32, count, kWords);
    const Field field{.input = input.view().slice(first, count),
                      .bias = bias,
                      .beta = {},
                      .base = {},
                      .cases = count,
                      .length = std::span(length).subspan(std::size_t(first), std::size_t(count))};
    unit_sample(ctx, Counts{}, field, Key{6}, first, {}, out, {});
    return out;
  };
  const Tensor whole = draw(1, 0, kCases), threads = draw(3, 0, kCases), part = draw(1, 150, 50);
  EXPECT_TRUE(same_bits(whole, threads));
  for (std::int64_t r = 0; r < 50; ++r)
    for (std::int64_t k = 0; k < kWords; ++k) ASSERT_EQ(part.at(r, k), whole.at(150 + r, k));
}

// Known words are in what is drawn, and the rest of the length is as without them.
TEST(CountsOps, DrawBesideKnownWords) {
  for_every_instruction_set([](const std::string& name) {
    Context ctx;
    for (DType dtype : {DType::f32, DType::f64}) {
      Rows rows(dtype, 5), rest(dtype, 5);
      rows.length = {4, 10, 4'003};
      rest.length = {1, 7, 4'000};
      Tensor known(dtype, 3, 5), mean(dtype, 3, 5), drawn(dtype, 3, 5), beside(dtype, 3, 5), free(dtype, 3, 5),
          free_mean(dtype, 3, 5);
      for (std::int64_t r = 0; r < 3; ++r) {
        known.set(r, 0, 1);
        known.set(r, 3, 2);
      }
      unit_mean(ctx, Counts{}, rows.field(), known, mean);
      unit_sample(ctx, Counts{}, rows.field(), Key{3}, 0, known, drawn, beside);
      unit_sample(ctx, Counts{}, rest.field(), Key{3}, 0, {}, free, free_mean);
      std::vector<double> a(3, 0.0), free_a(3, 0.0), entropy(3, 0.0), free_entropy(3, 0.0), ways(3, 0.0);
      add_log_partition(ctx, Counts{}, rows.field(), known, drawn, 1, a);
      add_log_partition(ctx, Counts{}, rest.field(), {}, {}, 1, free_a);
      add_entropy(ctx, Counts{}, mean, known, entropy);
      add_entropy(ctx, Counts{}, free_mean, {}, free_entropy);
      add_log_measure(ctx, Counts{}, drawn, known, ways);
      for (std::int64_t r = 0; r < 3; ++r) {
        const std::size_t at = std::size_t(r);
        const double near = (dtype == DType::f64 ? 1e-13 : 3e-6) * rows.length[at];
        const std::vector<double> f = rows.fields(r);
        for (std::int64_t k = 0; k < 5; ++k) {
          EXPECT_NEAR(mean.at(r, k), free_mean.at(r, k) + known.at(r, k), near) << name;
          EXPECT_EQ(drawn.at(r, k), free.at(r, k) + known.at(r, k)) << name;
        }
        EXPECT_NEAR(a[at], free_a[at] + f[0] + 2 * f[3], near) << name;
        EXPECT_NEAR(entropy[at], free_entropy[at], 10 * near) << name;
        EXPECT_NEAR(ways[at], std::log(3.0), 1e-12) << name;
      }
      EXPECT_TRUE(same_bits(mean, beside)) << name;
    }
  });
}

TEST(CountsOps, KeepClampedDocuments) {
  Context ctx;
  const Rows rows(DType::f32, 4);
  Tensor x(DType::f32, 3, 4), mean(DType::f32, 3, 4), mask(DType::u8, 3, 4);
  for (std::int64_t k = 0; k < 4; ++k) {
    mask.set(1, k, 1);
    x.set(1, k, double(k + 1));
  }
  unit_sample(ctx, Counts{}, rows.field(), Key{7}, 0, mask, x, mean);
  std::vector<double> a(3, 0.0), entropy(3, 0.0), ways(3, 0.0);
  add_log_partition(ctx, Counts{}, rows.field(), mask, x, 1, a);
  add_entropy(ctx, Counts{}, mean, mask, entropy);
  add_log_measure(ctx, Counts{}, x, mask, ways);
  double dot = 0;
  for (std::int64_t k = 0; k < 4; ++k) {
    EXPECT_EQ(x.at(1, k), double(k + 1));
    EXPECT_EQ(mean.at(1, k), double(k + 1));
    dot += double(k + 1) * rows.fields(1)[std::size_t(k)];
  }
  EXPECT_NEAR(a[1], dot, 1e-4);
  EXPECT_EQ(entropy[1], 0);
  EXPECT_GT(entropy[2], 0);
  EXPECT_NEAR(ways[1], std::lgamma(11) - std::lgamma(3) - std::lgamma(4) - std::lgamma(5), 1e-12);
  EXPECT_EQ(ways[0], 0);
}

}  // namespace
}  // namespace deepboltz
