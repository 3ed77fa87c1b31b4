// A bit is stuck where it is on, or off, in every case; and only then.
#include "deepboltz/learn/collapse.h"

#include <gmock/gmock.h>

#include "deepboltz/model/build.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kCases = 50, kUnits = 10;

class StuckBitsOf : public ::testing::TestWithParam<DType> {
 protected:
  Context ctx;
  EnergyModel model = dbm(6, std::vector{kUnits, kUnits}, {.precision = GetParam()});
  State state = model.make_state(ctx, kCases);

  void fill(std::size_t layer, std::int64_t unit, double mean) {
    for (std::int64_t r = 0; r < kCases; ++r) state.layers[layer].set(r, unit, mean);
  }
};

TEST_P(StuckBitsOf, ALayerAreThoseThatNeverChange) {
  for (std::int64_t u = 0; u < kUnits; ++u) {
    fill(1, u, u % 2 ? 1 - 1e-3 : 1e-3);  // stuck: on, off, on, …
    fill(2, u, 0.5);                      // undecided in every case is not stuck
  }
  for (std::int64_t u = 0; u < 3; ++u) state.layers[1].set(kCases - 1, u, 1 - state.layers[1].at(0, u));  // once
  fill(2, 4, 0.011);
  fill(2, 5, 0.009);
  fill(2, 6, 0.989);
  fill(2, 7, 0.991);
  const auto bits = stuck_bits(model, state);
  ASSERT_EQ(bits.size(), 2U);
  EXPECT_EQ(bits[0].layer, "hidden1");
  EXPECT_EQ(bits[0].units, kUnits);
  EXPECT_EQ(bits[0].stuck, kUnits - 3);
  EXPECT_EQ(bits[1].layer, "hidden2");
  EXPECT_EQ(bits[1].stuck, 2);
}

INSTANTIATE_TEST_SUITE_P(EveryType, StuckBitsOf, ::testing::Values(DType::f32, DType::f64));

TEST(Collapse, IsNineInTen) {
  EXPECT_FALSE((StuckBits{"hidden1", 40, 35}.collapsed()));
  EXPECT_TRUE((StuckBits{"hidden1", 40, 36}.collapsed()));
  EXPECT_THAT(advice({"hidden1", 40, 36}), ::testing::HasSubstr("hidden1 has collapsed: 36 of its 40 units (90 %)"));
}

}  // namespace
}  // namespace deepboltz
