// A chart of lines, drawn as SVG that stands inside of an HTML page and fits on a phone.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace deepboltz {

struct Line {
  std::string name;
  int colour = 0;  // number in a palette that colour-blind readers tell apart (Okabe & Ito 2008)
  bool dashed = false;
  std::vector<std::pair<double, double>> points;  // x rising; points that are not finite are left out
};

struct Chart {
  std::string title, x_name;
  std::vector<Line> lines;
};

// A <figure> with the drawing and its legend; empty if there is no finite point.
std::string draw_chart(const Chart& chart);

// Charts beside each other as an SVG file, each with its title above and its legend below.
std::string chart_file(std::span<const Chart> charts);

// Round numbers inside of low … high, about `count` of them.
std::vector<double> ticks(double low, double high, int count);

}  // namespace deepboltz
