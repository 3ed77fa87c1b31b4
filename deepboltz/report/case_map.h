// Cases as points of the plane, a colour a class: what codes of two numbers are looked at as. Maps of the same cases
// stand beside each other. The pointer over a point shows the case's caption.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace deepboltz {

inline constexpr std::size_t kMostMapClasses = 20;  // colours that can be told apart (Kelly 1965)

struct Map {
  std::string title;
  std::vector<std::pair<double, double>> points;  // one a case; those that are not finite are left out
};

struct CaseMap {
  std::vector<Map> maps;
  std::vector<std::string> captions;  // one a case
  std::vector<int> classes;           // one a case: its place in `names`; −1: none of them
  std::vector<std::string> names;     // of the classes, at most kMostMapClasses
};

// An SVG file, with the legend in it. Points are drawn in an order drawn once, so that no class covers the others. Each
// axis has its own scale; the few points that lie far outside of the others are drawn at the edge.
std::string draw_case_map(const CaseMap& map);

}  // namespace deepboltz
