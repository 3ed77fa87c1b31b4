#include "deepboltz/kernel/offset_fields.h"

#include <cmath>

#include "tests/kernel/fixture.h"
#include <gtest/gtest.h>

namespace deepboltz {
namespace {

using test::random_tensor;
using test::same_bits;

// A sum of n products of numbers below 1 is off by at most n roundings of 2⁻²⁴·n.
TEST(OffsetFields, AreTheSumsInBothDirectionsOnAnyThreads) {
  for (const auto& [rows, cols] : {std::pair{1, 1}, {1, 40}, {40, 1}, {33, 31}, {100, 64}, {70, 129}}) {
    const Tensor weight = random_tensor(Key{1}, DType::f32, rows, cols),
                 lower = random_tensor(Key{2}, DType::f32, 1, rows), upper = random_tensor(Key{3}, DType::f32, 1, cols);
    Tensor first_lower, first_upper;
    for (int threads : {1, 2, 3}) {
      Context ctx(threads);
      Tensor to_lower(DType::f32, 1, rows), to_upper(DType::f32, 1, cols);
      offset_fields(ctx, weight, {lower, upper}, {to_lower, to_upper});
      for (std::int64_t i = 0; i < rows; ++i) {
        double exact = 0;
        for (std::int64_t j = 0; j < cols; ++j) exact += weight.at(i, j) * upper.at(0, j);
        EXPECT_NEAR(to_lower.at(0, i), exact, 0x1p-24 * cols * cols);
      }
      for (std::int64_t j = 0; j < cols; ++j) {
        double exact = 0;
        for (std::int64_t i = 0; i < rows; ++i) exact += weight.at(i, j) * lower.at(0, i);
        EXPECT_NEAR(to_upper.at(0, j), exact, 0x1p-24 * rows * rows);
      }
      if (threads == 1) {
        first_lower = to_lower.clone();
        first_upper = to_upper.clone();
      }
      EXPECT_TRUE(same_bits(to_lower, first_lower) && same_bits(to_upper, first_upper));
    }
  }
}

}  // namespace
}  // namespace deepboltz
