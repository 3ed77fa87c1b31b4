// The integer draw: its probability, and that its quick form never contradicts it.
#include "deepboltz/kernel/bernoulli_draw.h"

#include <gtest/gtest.h>

#include "deepboltz/kernel/cpu/quick_draw.h"

namespace deepboltz {
namespace {

TEST(BernoulliDraw, FlipsWithTheLogisticsProbabilityTo32Bits) {
  for (double x = -40; x <= 40; x += 1.0 / 256) {
    const double exact = 1 / (1 + std::exp(std::abs(x)));  // libm: right to 1e-15 of itself
    // The floor takes up to 2⁻³²; 1e-13 is what exp_of_minus states.
    EXPECT_LE(flip_threshold(x) * 0x1p-32, exact * (1 + 2e-13)) << x;
    EXPECT_GE(flip_threshold(x) * 0x1p-32, exact * (1 - 2e-13) - 0x1p-32) << x;
  }
  EXPECT_EQ(flip_threshold(0), 0x80000000u);
  EXPECT_EQ(flip_threshold(20), 8u);  // e⁻²⁰ is 8.9 steps
  EXPECT_EQ(flip_threshold(1e300), 0u);
}

TEST(BernoulliDraw, DrawsAsOftenAsTheLogisticSays) {
  constexpr std::int64_t kDraws = 400'000;
  constexpr int kExponent = 10;
  for (std::int32_t s : {-9000, -3000, -1024, -100, 0, 77, 1024, 5000, 9000}) {
    std::int64_t on = 0;
    for (std::uint32_t k = 0; k < kDraws; ++k) on += draw_bernoulli(s, kExponent, Key{3}, k / 100, k % 100);
    const double p = 1 / (1 + std::exp(-s / 1024.0));
    EXPECT_NEAR(double(on) / kDraws, p, 5 * std::sqrt(p * (1 - p) / kDraws)) << s;
  }
}

// Steps through every T that the quick form knows; of the fields that T stands for, the two ends (and for the last
// one infinity) bracket the exact threshold. u matters only near it: further off the margin is larger still.
TEST(BernoulliDraw, TheQuickFormIsRightWhereverItIsSure) {
  constexpr double kStep = 1.0 / 4096, kRounding = 65535 * 0x1p-23;  // of |s| and of the product, each half of 2⁻²³
  for (std::int32_t t = 0; t < 65536; ++t) {
    const double low = std::max(0.0, t - 0.5 - kRounding) * kStep, high = (t + 0.5 + kRounding) * kStep;
    const auto threshold = [](double log2_odds) {
      const double e = std::exp2(-log2_odds);
      return e / (1 + e) * 65536;
    };
    const double most = threshold(low), least = t == 65535 ? 0 : threshold(high);
    for (int u = std::max(0, int(least) - 40); u <= std::min(65535, int(most) + 40); ++u) {
      const int margin = quick::margin(std::uint16_t(t), std::uint16_t(u));
      if (margin > quick::kDoubt) {
        ASSERT_LE(u + 1, least) << t << ' ' << u;  // whatever the lower half, it flips
      } else if (margin < -quick::kDoubt) {
        ASSERT_GE(u, most) << t << ' ' << u;  // or does not
      }
    }
  }
}

// Away from the threshold the margin only grows: u·(1 + E) rises with u.
TEST(BernoulliDraw, TheQuickMarginFallsWithTheUniform) {
  for (std::int32_t t = 0; t < 65536; t += 97)
    for (std::int32_t u = 1; u < 65536; ++u)
      ASSERT_LE(quick::margin(std::uint16_t(t), std::uint16_t(u)),
                quick::margin(std::uint16_t(t), std::uint16_t(u - 1)));
}

}  // namespace
}  // namespace deepboltz
