#include "deepboltz/report/case_map.h"

#include <cmath>

#include <gtest/gtest.h>

namespace deepboltz {
namespace {

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t found = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

const CaseMap kMap{.maps = {{"codes", {{0, 0}, {2, 1}, {1, 4}}}, {"<rival>", {{5, 5}, {NAN, 1}, {6, 7}}}},
                   .captions = {"a", "b", "c < & \"d\""},
                   .classes = {1, 0, -1},
                   .names = {"cats", "dogs"}};

TEST(CaseMap, DrawsEachFinitePointWithItsCaption) {
  const std::string svg = draw_case_map(kMap);
  EXPECT_EQ(count(svg, "<title>"), 5u);
  EXPECT_EQ(count(svg, "<title>a</title>"), 2u);
  EXPECT_EQ(count(svg, "<title>b</title>"), 1u);
  EXPECT_EQ(count(svg, "<title>c &lt; &amp; &quot;d&quot;</title>"), 2u);
  EXPECT_EQ(count(svg, "&lt;rival&gt;"), 1u);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
}

// The square of the first map: x from 16 to 480, y from 500 (low) to 36 (high).
TEST(CaseMap, PointsStandWhereTheyAreInTheColourOfTheirClass) {
  const std::string svg = draw_case_map(kMap);
  EXPECT_EQ(count(svg, "cx=\"16.0\" cy=\"500.0\" r=\"2.2\" fill=\"#803E75\"><title>a<"), 1u);
  EXPECT_EQ(count(svg, "cx=\"480.0\" cy=\"384.0\" r=\"2.2\" fill=\"#FFB300\"><title>b<"), 1u);
  EXPECT_EQ(count(svg, "cx=\"248.0\" cy=\"36.0\" r=\"2.2\" fill=\"#cccccc\"><title>c"), 1u);
}

// One case far away does not press the others together: 200 points in a row still fill the square.
TEST(CaseMap, WhatIsFarAwayIsDrawnAtTheEdge) {
  CaseMap map{.maps = {{"codes", {}}}, .captions = {}, .classes = {}, .names = {}};
  for (int i = 0; i <= 200; ++i) map.maps[0].points.emplace_back(i < 200 ? i : 1e9, 0);
  map.captions.assign(201, "");
  map.captions[0] = "first";
  map.captions[199] = "last";
  map.captions[200] = "far";
  map.classes.assign(201, -1);
  const std::string svg = draw_case_map(map);
  const auto left_of = [&](const std::string& caption) {
    const std::size_t begin = svg.rfind("cx=\"", svg.find("<title>" + caption)) + 4;
    return std::stod(svg.substr(begin, svg.find('"', begin) - begin));
  };
  EXPECT_EQ(left_of("far"), 480);
  EXPECT_EQ(left_of("first"), 16);
  EXPECT_GT(left_of("last"), 400);
}

TEST(CaseMap, TheLegendNamesTheClasses) {
  for (const char* name : {">cats<", ">dogs<", ">other<"}) EXPECT_EQ(count(draw_case_map(kMap), name), 1u) << name;
  CaseMap none = kMap;
  none.classes = {-1, -1, -1};
  none.names.clear();
  EXPECT_EQ(count(draw_case_map(none), ">other<"), 0u);
}

}  // namespace
}  // namespace deepboltz
