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

// The plane with its grid and lines; empty if there is no finite point.
std::string drawn_plane(const Chart& chart, const std::vector<Points>& points) {
  Range x, y;
  for (const Points& of_line : points)
    for (const auto& [px, py] : of_line) {
      x.include(px);
      y.include(py);
    }
  if (!(x.low <= x.high)) return "";
  x.open();
  y.open();
  const auto at_x = [&](double v) { return kLeft + (v - x.low) / (x.high - x.low) * (kWidth - kLeft - kRight); };
  const auto at_y = [&](double v) {
    return kHeight - kBottom - (v - y.low) / (y.high - y.low) * (kHeight - kTop - kBottom);
  };

  std::string svg;
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
  return svg;
}

std::vector<Points> points_of(const Chart& chart) {
  std::vector<Points> points;
  for (const Line& line : chart.lines) points.push_back(finite_points(line));
  return points;
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
  const std::vector<Points> points = points_of(chart);
  const std::string plane = drawn_plane(chart, points);
  if (plane.empty()) return "";
  std::string svg = fmt::format(
      "<figure class=\"chart\"><figcaption>{0}</figcaption>\n<svg viewBox=\"0 0 {1} {2}\" role=\"img\" "
      "aria-label=\"{0}\">\n{3}",
      escaped(chart.title), kWidth, kHeight, plane);
  svg += "</svg>\n<ul class=\"legend\">";
  for (std::size_t l = 0; l < points.size(); ++l)
    if (!points[l].empty())
      svg +=
          fmt::format("<li><span style=\"border-top:3px {} {}\"></span>{}</li>",
                      chart.lines[l].dashed ? "dashed" : "solid", colour(chart.lines[l]), escaped(chart.lines[l].name));
  return svg + "</ul></figure>\n";
}

std::string chart_file(std::span<const Chart> charts) {
  constexpr double kTitle = 22, kRow = 16;
  std::size_t rows = 0;
  std::string svg;
  for (std::size_t c = 0; c < charts.size(); ++c) {
    const std::vector<Points> points = points_of(charts[c]);
    svg += fmt::format("<g transform=\"translate({} 0)\">\n<text class=\"title\" x=\"{}\" y=\"15\">{}</text>\n",
                       double(c) * kWidth, kLeft, escaped(charts[c].title));
    svg += fmt::format("<g transform=\"translate(0 {})\">\n{}</g>\n", kTitle, drawn_plane(charts[c], points));
    std::size_t row = 0;
    for (std::size_t l = 0; l < points.size(); ++l) {
      if (points[l].empty()) continue;
      const double y = kTitle + kHeight + kRow * double(row++) + 8;
      svg += fmt::format("<line x1=\"{0}\" x2=\"{1}\" y1=\"{2}\" y2=\"{2}\" stroke=\"{3}\" stroke-width=\"3\"{4}/>",
                         kLeft, kLeft + 22, y, colour(charts[c].lines[l]),
                         charts[c].lines[l].dashed ? " stroke-dasharray=\"5 3\"" : "");
      svg += fmt::format("<text x=\"{}\" y=\"{}\">{}</text>\n", kLeft + 28, y + 4, escaped(charts[c].lines[l].name));
    }
    rows = std::max(rows, row);
    svg += "</g>\n";
  }
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\">\n<style>text{{font:10.5px sans-serif;"
      "fill:#555}}.title{{font-size:13px;fill:#222}}.grid{{stroke:#ddd}}</style>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{}</svg>\n",
      kWidth * double(charts.size()), kTitle + kHeight + kRow * double(rows) + 4, svg);
}

}  // namespace deepboltz
