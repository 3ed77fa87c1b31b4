// Parts that are hidden in a share of the presentations: how often, and that something of each case is left.
#include <cmath>

#include "tests/learn/pathway_source.h"
#include <gtest/gtest.h>

#include "deepboltz/learn/fit.h"
#include "deepboltz/learn/shown_parts.h"

namespace deepboltz::testing {
namespace {

constexpr int kCases = 20'000;
constexpr double kImage = 0.25, kText = 0.5;

class HiddenParts : public ::testing::Test {
 protected:
  HiddenParts() {
    const std::vector<Pathway> pathways{{"image", Bernoulli{}, 1, {}}, {"text", Bernoulli{}, 1, {}}};
    model = multimodal_dbm(pathways, 1, {.precision = DType::f64});
    rows.assign(kCases, Joint{{1}, {1}, {}});
    source = rows_source(model, rows, 0);
    source.visible[0].hide = kImage;
    source.visible[1].hide = kText;
    for (std::uint32_t r = 0; r < kCases; ++r) all.push_back(r);
  }
  // Whether each case is shown with the part.
  std::vector<bool> shown(LayerId part, Key key) {
    State data = make_batch(ctx, model, kCases);
    fill_batch(ctx, model, source, all, key, data);
    std::vector<bool> out;
    for (std::int64_t r = 0; r < kCases; ++r)
      out.push_back(data.is_clamped(part) || data.clamped[at(part)].mask.at(r, 0) != 0);
    return out;
  }
  static double share_without(const std::vector<bool>& shown) {
    return double(std::ranges::count(shown, false)) / double(shown.size());
  }
  static double five_errors(double share) { return 5 * std::sqrt(share * (1 - share) / kCases); }

  Context ctx;
  EnergyModel model{DType::f64};
  std::vector<Joint> rows;
  Source source;
  std::vector<std::uint32_t> all;
};

// Both would be hidden in a share kImage·kText: these cases are shown whole.
TEST_F(HiddenParts, AreHiddenIndependentlyAndNeverAll) {
  const std::vector<bool> image = shown({0}, {1}), text = shown({1}, {1});
  EXPECT_NEAR(share_without(image), kImage * (1 - kText), five_errors(kImage * (1 - kText)));
  EXPECT_NEAR(share_without(text), kText * (1 - kImage), five_errors(kText * (1 - kImage)));
  for (std::size_t r = 0; r < kCases; ++r) EXPECT_TRUE(image[r] || text[r]);
  EXPECT_NE(image, shown({0}, {2})) << "another presentation hides other cases";
}

TEST_F(HiddenParts, OfACaseWithOnePartThatPartIsShown) {
  std::vector<std::uint8_t> known;
  for (int r = 0; r < kCases; ++r) known.push_back(std::uint8_t(r % 2));
  source.visible[1].known = known;
  const std::vector<bool> image = shown({0}, {1}), text = shown({1}, {1});
  for (std::size_t r = 0; r < kCases; r += 2) {
    EXPECT_TRUE(image[r]);
    EXPECT_FALSE(text[r]);
  }
}

TEST_F(HiddenParts, StandTogetherInABatch) {
  const std::vector<std::uint32_t> grouped = grouped_by_parts(source, all, {1});
  std::vector<std::uint32_t> sorted = grouped;
  std::ranges::sort(sorted);
  EXPECT_EQ(sorted, all) << "each case once";
  const auto shown = parts_shown(source, grouped, {1});
  EXPECT_TRUE(std::ranges::is_sorted(shown[0])) << "those without the first part in front";
  EXPECT_TRUE(std::ranges::is_sorted(shown[1], std::greater{})) << "those without the last one at the end";
  const auto before = parts_shown(source, all, {1});
  for (std::size_t r = 0; r < grouped.size(); ++r)
    for (std::size_t p = 0; p < shown.size(); ++p)
      ASSERT_EQ(shown[p][r], before[p][grouped[r]]) << "a case is shown alike wherever it stands";
}

}  // namespace
}  // namespace deepboltz::testing
