#include "deepboltz/report/chart.h"

#include <cmath>

#include <gtest/gtest.h>

#include "deepboltz/report/metrics_table.h"
#include "deepboltz/report/numbers.h"

namespace deepboltz {
namespace {

TEST(Chart, TicksAreRoundAndInside) {
  EXPECT_EQ(ticks(0, 10, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(ticks(-1, 1, 4), (std::vector<double>{-1, -0.5, 0, 0.5, 1}));
  EXPECT_EQ(ticks(1, 300, 5), (std::vector<double>{100, 200, 300}));
  for (double scale : {1e-9, 1.0, 1e9}) {
    const auto at = ticks(-3 * scale, 7.7 * scale, 4);
    EXPECT_GE(at.size(), 2u);
    EXPECT_LE(at.size(), 7u);
    EXPECT_GE(at.front(), -3 * scale);
    EXPECT_LE(at.back(), 7.7 * scale * (1 + 1e-9));
  }
}

TEST(Chart, DrawsPointsWhereTheyAre) {
  // The plane's corners: x from 52 to 350, y from 186 (low) to 10 (high).
  const std::string svg = draw_chart({"t", "epoch", {{"a", 0, false, {{0, 1}, {5, 2}, {10, 3}}}}});
  EXPECT_NE(svg.find("points=\"52.0,186.0 201.0,98.0 350.0,10.0\""), std::string::npos) << svg;
}

TEST(Chart, LeavesOutWhatIsNotFinite) {
  const std::string svg = draw_chart({"t", "epoch", {{"a", 0, false, {{0, 1}, {1, NAN}, {2, INFINITY}, {10, 3}}}}});
  EXPECT_NE(svg.find("points=\"52.0,186.0 350.0,10.0\""), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(draw_chart({"t", "epoch", {{"a", 0, false, {{0, NAN}}}}}), "");
  EXPECT_NE(draw_chart({"t", "epoch", {{"a", 0, false, {{3, 0}}}}}).find("<circle"), std::string::npos);
}

TEST(Chart, AFileHasItsChartsBesideEachOtherWithTheirLegends) {
  const std::vector<Chart> charts{{"one", "x", {{"a", 0, false, {{0, 1}, {10, 3}}}}},
                                  {"two <", "x", {{"b", 0, false, {{0, 1}, {10, 3}}}, {"absent", 1, false, {}}}}};
  const std::string svg = chart_file(charts);
  EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 262\">")) << svg;
  EXPECT_NE(svg.find("translate(360 0)"), std::string::npos);
  EXPECT_NE(svg.find("two &lt;"), std::string::npos);
  EXPECT_NE(svg.find(">b</text>"), std::string::npos);
  EXPECT_EQ(svg.find("absent"), std::string::npos);
}

TEST(Chart, ManyPointsAreThinned) {
  Line line;
  for (int i = 0; i <= 100'000; ++i) line.points.emplace_back(i, std::sin(i));
  const std::string svg = draw_chart({"t", "epoch", {line}});
  EXPECT_LT(svg.size(), 20'000u);
  EXPECT_NE(svg.find("350.0,"), std::string::npos);  // the last is among them
}

TEST(Metrics, ReadsWhatTrainingWrites) {
  const MetricsTable table = parse_metrics(as_bytes("stage,epoch,loss\ntrain,1,0.5\r\ntrain,2,\ntrain,3"), "m");
  EXPECT_EQ(table.columns, (std::vector<std::string>{"epoch", "loss"}));
  ASSERT_EQ(table.rows.size(), 2u);  // the last line has no end yet
  EXPECT_EQ(table.rows[0].values[1], 0.5);
  EXPECT_FALSE(table.rows[1].values[1]);
}

TEST(Numbers, ErrorsHaveTwoDigits) {
  EXPECT_EQ(with_error(-84.6234, 0.21), "-84.62 ± 0.21");
  EXPECT_EQ(with_error(0.123456, 0.00123), "0.1235 ± 0.0012");
  EXPECT_EQ(with_error(1234.5, 56), "1234 ± 56");  // rounds to even
  EXPECT_EQ(with_error(3, 0), "3");
}

}  // namespace
}  // namespace deepboltz
