#include "deepboltz/kernel/dropout.h"

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "tests/kernel/fixture.h"
#include <gtest/gtest.h>

#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

std::vector<std::uint32_t> rows_from(std::uint32_t first, std::size_t count) {
  std::vector<std::uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), first);
  return rows;
}

TEST(Dropout, TheExpectedFieldOfAFourUnitLayerIsTheFieldWithoutDropout) {
  constexpr double kKeep = 0.8;
  constexpr std::int64_t kDraws = 40'000;
  constexpr std::array<double, 4> kValues{0.3, -1.2, 2.5, 0.7}, kWeights{1.1, 0.4, -0.6, 2.0};
  Context ctx;
  Tensor x(DType::f64, kDraws, 4), mask(DType::u8, kDraws, 4);
  for (std::int64_t r = 0; r < kDraws; ++r)
    for (std::int64_t c = 0; c < 4; ++c) x.set(r, c, kValues[std::size_t(c)]);
  drop_out(ctx, kKeep, rows_from(0, kDraws), Key{1}, x, mask);

  std::array<double, 16> field{}, count{};
  for (std::int64_t r = 0; r < kDraws; ++r) {
    std::size_t pattern = 0;
    double its_field = 0;
    for (std::int64_t c = 0; c < 4; ++c) {
      pattern |= std::size_t(mask.at(r, c)) << c;
      its_field += x.at(r, c) * kWeights[std::size_t(c)];
    }
    field[pattern] = its_field;
    ++count[pattern];
  }
  double expected = 0, plain = 0;
  for (std::size_t pattern = 0; pattern < 16; ++pattern) {
    double probability = 1;
    for (int c = 0; c < 4; ++c) probability *= pattern >> c & 1 ? kKeep : 1 - kKeep;
    ASSERT_NEAR(count[pattern], kDraws * probability, 5 * std::sqrt(kDraws * probability * (1 - probability)));
    ASSERT_GT(count[pattern], 0);
    expected += probability * field[pattern];
  }
  for (std::size_t c = 0; c < 4; ++c) plain += kValues[c] * kWeights[c];
  EXPECT_NEAR(expected, plain, 1e-14);
}

TEST(Dropout, KeepsWhatItsUniformNumberSays) {
  test::for_every_instruction_set([&](const std::string& name) {
    Context ctx;
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t units : {1, 3, 8, 21, 32, 33, 100})
        for (double keep : {0.5, 0.8, 1e-3, 1.0}) {
          Tensor x = test::random_tensor(Key{2}, dtype, 30, units), mask(DType::u8, 30, units);
          const Tensor before = x.clone();
          const auto rows = rows_from(100, 30);
          drop_out(ctx, keep, rows, Key{3}, x, mask);
          for (std::int64_t r = 0; r < 30; ++r)
            for (std::int64_t c = 0; c < units; ++c) {
              const bool kept = uniform(Key{3}, rows[std::size_t(r)], std::uint32_t(c)) < keep;
              const double scaled =
                  dtype == DType::f32 ? double(float(before.at(r, c)) * float(1 / keep)) : before.at(r, c) * (1 / keep);
              ASSERT_EQ(mask.at(r, c), kept) << name;
              ASSERT_EQ(x.at(r, c), kept ? scaled : 0) << name;
            }
          EXPECT_EQ(test::same_bits(x, before), keep == 1) << name;
        }
  });
}

}  // namespace
}  // namespace deepboltz
