#include "deepboltz/kernel/binarise.h"

#include <cmath>
#include <vector>

#include "tests/kernel/fixture.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/bits.h"

namespace deepboltz {
namespace {

using test::for_every_instruction_set;
using test::same_bits;

Tensor grey_rows(std::int64_t rows, std::int64_t units) {
  Tensor grey(DType::u8, rows, units);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < units; ++c) grey.set(r, c, double((r * units + c) % 256));
  return grey;
}

TEST(Binarise, EveryWayIsItsFormulaWithTheUniformsOfTheRow) {
  const Key key{11, 12};
  const std::vector<std::uint32_t> rows{4, 0, 4, 2};
  for_every_instruction_set([&](const std::string& name) {
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t units : {1, 3, 4, 5, 15, 16, 17, 31, 33, 64, 100, 300}) {
        Context ctx;
        const Tensor grey = grey_rows(5, units);
        Tensor share(dtype, 4, units), above(dtype, 4, units), drawn(dtype, 4, units);
        binarise(ctx, Binarise::none, grey, rows, key, share);
        binarise(ctx, Binarise::threshold, grey, rows, key, above);
        binarise(ctx, Binarise::sample, grey, rows, key, drawn);
        for (std::int64_t r = 0; r < 4; ++r)
          for (std::int64_t c = 0; c < units; ++c) {
            const std::uint32_t row = rows[std::size_t(r)];
            const double g = grey.at(row, c);
            ASSERT_NEAR(share.at(r, c), g / 255, dtype == DType::f64 ? 1e-16 : 6e-8) << name;
            ASSERT_EQ(above.at(r, c), g >= 128 ? 1 : 0) << name;
            ASSERT_EQ(drawn.at(r, c), uniform(key, row, std::uint32_t(c)) < float(g) / 255 ? 1 : 0) << name;
          }
      }
  });
}

// What the bits' integers rely on: no step of 2⁻²⁴ lies between grey/255 and its rounding to float.
TEST(Binarise, AGreyInFloatIsBelowTheSameSteps) {
  for (int grey = 0; grey <= 255; ++grey) {
    const double rounded = float(grey) / 255.0f;
    EXPECT_EQ(std::ceil(rounded * 0x1p24), std::ceil(grey * 0x1p24 / 255)) << grey;
  }
}

TEST(Binarise, BitsAreTheSameDraws) {
  const std::vector<std::uint32_t> rows{4, 0, 4, 2, 3};
  for_every_instruction_set([&](const std::string& name) {
    for (Binarise how : {Binarise::threshold, Binarise::sample})
      for (std::int64_t units : {1, 3, 15, 31, 32, 33, 64, 100, 300}) {
        Context ctx(2);
        Tensor grey = grey_rows(5, units);
        for (std::int64_t c = 0; c < units; ++c) grey.set(3, c, 0);  // black rows are passed over
        Tensor exact(DType::f32, 5, units), unpacked(DType::f32, 5, units);
        Bits bits(5, units), packed(5, units);
        binarise(ctx, how, grey, rows, Key{11}, exact);
        binarise(ctx, how, grey, rows, Key{11}, bits);
        unpack(ctx, bits, unpacked);
        EXPECT_TRUE(same_bits(unpacked, exact)) << name << units;
        EXPECT_TRUE(pack(ctx, exact, packed)) << name;
        for (std::int64_t r = 0; r < 5; ++r)
          for (std::int64_t w = 0; w < bits.words(); ++w) EXPECT_EQ(packed.row(r)[w], bits.row(r)[w]) << name;
        exact.set(4, units - 1, 0.5);
        EXPECT_FALSE(pack(ctx, exact, packed)) << name;
      }
  });
}

TEST(Binarise, BlackNeverFiresWhiteAlwaysAndGreyAsOftenAsItIsBright) {
  Context ctx;
  constexpr std::int64_t kUnits = 40'000;
  for (int level : {0, 1, 64, 128, 254, 255}) {
    Tensor grey(DType::u8, 1, kUnits), out(DType::f32, 1, kUnits);
    for (std::int64_t c = 0; c < kUnits; ++c) grey.set(0, c, level);
    binarise(ctx, Binarise::sample, grey, std::vector<std::uint32_t>{0}, Key{5}, out);
    double sum = 0;
    for (std::int64_t c = 0; c < kUnits; ++c) sum += out.at(0, c);
    const double p = level / 255.0;
    EXPECT_NEAR(sum / kUnits, p, 5 * std::sqrt(p * (1 - p) / kUnits)) << level;
  }
}

TEST(Binarise, ACasesDrawDependsNeitherOnItsBatchNorOnThreads) {
  const Tensor grey = grey_rows(300, 200);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i < 300; ++i) rows.push_back((7 * i) % 300);
  Tensor whole(DType::f32, 300, 200);
  Context one;
  binarise(one, Binarise::sample, grey, rows, Key{5}, whole);
  for (int threads : {2, 3}) {
    Context ctx(threads);
    Tensor parts(DType::f32, 300, 200);
    for (std::int64_t first = 0; first < 300; first += 100)
      binarise(ctx, Binarise::sample, grey, std::span(rows).subspan(std::size_t(first), 100), Key{5},
               parts.view().slice(first, 100));
    EXPECT_TRUE(same_bits(whole, parts));
  }
}

}  // namespace
}  // namespace deepboltz
