#include "deepboltz/tensor/tensor.h"

#include <cstdint>
#include <type_traits>

#include <gtest/gtest.h>

namespace deepboltz {
namespace {

static_assert(!std::is_copy_constructible_v<Tensor> && !std::is_copy_assignable_v<Tensor>, "a copy is said: clone()");
static_assert(std::is_nothrow_move_constructible_v<Tensor>);
static_assert(std::is_convertible_v<Matrix, ConstMatrix> && !std::is_convertible_v<ConstMatrix, Matrix>);
static_assert(!std::is_convertible_v<View<const float>, Matrix>, "a constant view does not become mutable");

class EveryDType : public testing::TestWithParam<DType> {};
INSTANTIATE_TEST_SUITE_P(Tensor, EveryDType, testing::Values(DType::u8, DType::f32, DType::f64),
                         [](const auto& type) { return std::string(name_of(type.param)); });

TEST_P(EveryDType, IsZeroAtBirthAndAligned) {
  const Tensor t(GetParam(), 7, 13);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(t.data()) % 64, 0u);
  EXPECT_EQ(t.bytes(), 7 * 13 * size_of(GetParam()));
  for (std::int64_t r = 0; r < 7; ++r)
    for (std::int64_t c = 0; c < 13; ++c) ASSERT_EQ(t.at(r, c), 0.0);
}

TEST_P(EveryDType, AClonedTensorIsApart) {
  Tensor t(GetParam(), 2, 3);
  t.set(1, 2, 5);
  Tensor copy = t.clone();
  t.set(1, 2, 6);
  EXPECT_EQ(copy.at(1, 2), 5.0);
  EXPECT_EQ(copy.at(0, 0), 0.0);
}

TEST_P(EveryDType, EveryOtherTypeHoldsItsSmallIntegers) {
  Tensor t(GetParam(), 3, 5);
  for (std::int64_t r = 0; r < 3; ++r)
    for (std::int64_t c = 0; c < 5; ++c) t.set(r, c, double(10 * r + c));
  for (DType other : {DType::u8, DType::f32, DType::f64}) {
    const Tensor there = t.to(other);
    EXPECT_EQ(there.dtype(), other);
    for (std::int64_t r = 0; r < 3; ++r)
      for (std::int64_t c = 0; c < 5; ++c) EXPECT_EQ(there.at(r, c), double(10 * r + c));
  }
}

TEST_P(EveryDType, SlicesAndColumnsSeeTheSameNumbers) {
  Tensor t(GetParam(), 4, 6);
  for (std::int64_t r = 0; r < 4; ++r)
    for (std::int64_t c = 0; c < 6; ++c) t.set(r, c, double(10 * r + c));
  const ConstMatrix part = ConstMatrix(t).slice(1, 2).columns(2, 3);
  ASSERT_EQ(part.rows, 2);
  ASSERT_EQ(part.cols, 3);
  const auto number = [&](std::int64_t r, std::int64_t c) {
    if (part.dtype == DType::u8) return double(part.as<std::uint8_t>()(r, c));
    return visit_real(part.dtype, [&](auto real) { return double(part.as<decltype(real)>()(r, c)); });
  };
  for (std::int64_t r = 0; r < 2; ++r)
    for (std::int64_t c = 0; c < 3; ++c) EXPECT_EQ(number(r, c), double(10 * (r + 1) + c + 2));
}

}  // namespace
}  // namespace deepboltz
