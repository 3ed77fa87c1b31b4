#include "deepboltz/report/chart.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "deepboltz/report/html.h"

namespace deepboltz {
namespace {

// Screen units; the drawing scales with the page.
constexpr double kWidth = 360, kHeight = 220, kLeft = 52, kRight = 10, kTop = 10, kBottom = 34;
constexpr std::size_t kMostPoints = 600;  // more than a screen can show apart

constexpr std::array kPalette = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                 "#e69f00", "#56b4e9", "#8c6d31", "#7f7f7f"};
const char* colour(const Line& line) { return kPalette[std::size_t(line.colour) % kPalette.size()]; }

struct Range {
  double low = INFINITY, high = -INFINITY;

  void include(double x) {
    low = std::min(low, x);
    high = std::max(high, x);
  }
  // A range of no width is given some, so that a constant is a line in the middle.
  void open() {
    if (high > low) return;
    const double half = low == 0 ? 1 : std::abs(low) / 10;
    low -= half;
    high += half;
  }
};

using Points = std::vector<std::pair<double, double>>;

Points finite_points(const Line& line) {
  Points points;
  for (const auto& point : line.points)
    if (std::isfinite(point.first) && std::isfinite(point.second)) points.push_back(point);
  if (points.size() <= kMostPoints) return points;
  Points fewer;
  for (std::size_t i = 0; i < kMostPoints; ++i) fewer.push_back(points[i * (points.size() - 1) / (kMostPoints - 1)]);
  return fewer;
}

}  // namespace

std::vector<double> ticks(double low, double high, int count) {
  const double raw = (high - low) / std::max(1, count), power = std::pow(10, std::floor(std::log10(raw)));
  const double step = power * (raw / power > 5 ? 10 : raw / power > 2 ? 5 : raw / power > 1 ? 2 : 1);
  std::vector<double> at;
  for (double i = std::ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; ++i)
    at.push_back(i == 0 ? 0 : i * step);
  return at;
}

std::string draw_chart(const Chart& chart) {
  Range x, y;
  std::vector<Points> points;
  for (const Line& line : chart.lines) {
    points.push_back(finite_points(line));
    for (const auto& [px, py] : points.back()) {
      x.include(px);
      y.include(py);
    }
  }
  if (!(x.low <= x.high)) return "";
  x.open();
  y.open();
  const auto at_x = [&](double v) { return kLeft + (v - x.low) / (x.high - x.low) * (kWidth - kLeft - kRight); };
  const auto at_y = [&](double v) {
    return kHeight - kBottom - (v - y.low) / (y.high - y.low) * (kHeight - kTop - kBottom);
  };

  std::string svg = fmt::format(
      "<figure class=\"chart\"><figcaption>{0}</figcaption>\n<svg viewBox=\"0 0 {1} {2}\" role=\"img\" "
      "aria-label=\"{0}\">\n",
      escaped(chart.title), kWidth, kHeight);
  for (double v : ticks(y.low, y.high, 4))
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/><text x=\"{}\" y=\"{:.1f}\" "
        "text-anchor=\"end\">{:.6g}</text>\n",
        kLeft, kWidth - kRight, at_y(v), at_y(v), kLeft - 5, at_y(v) + 3.5, v);
  for (double v : ticks(x.low, x.high, 5))
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\"/><text x=\"{0:.1f}\" y=\"{3}\" "
        "text-anchor=\"middle\">{4:.6g}</text>\n",
        at_x(v), kTop, kHeight - kBottom, kHeight - kBottom + 13, v);
  svg += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", (kLeft + kWidth - kRight) / 2,
                     kHeight - 5, escaped(chart.x_name));
  for (std::size_t l = 0; l < points.size(); ++l) {
    if (points[l].empty()) continue;
    const char* stroke = colour(chart.lines[l]);
    if (points[l].size() == 1) {
      svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"/>\n", at_x(points[l][0].first),
                         at_y(points[l][0].second), stroke);
      continue;
    }
    svg +=
        fmt::format("<polyline fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\" stroke-linejoin=\"round\"{} points=\"",
                    stroke, chart.lines[l].dashed ? " stroke-dasharray=\"5 3\"" : "");
    for (const auto& [px, py] : points[l]) svg += fmt::format("{:.1f},{:.1f} ", at_x(px), at_y(py));
    svg.back() = '"';
    svg += "/>\n";
  }
  svg += "</svg>\n<ul class=\"legend\">";
  for (std::size_t l = 0; l < points.size(); ++l)
    if (!points[l].empty())
      svg +=
          fmt::format("<li><span style=\"border-top:3px {} {}\"></span>{}</li>",
                      chart.lines[l].dashed ? "dashed" : "solid", colour(chart.lines[l]), escaped(chart.lines[l].name));
  return svg + "</ul></figure>\n";
}

}  // namespace deepboltz
