#include "deepboltz/report/case_map.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "deepboltz/base/error.h"
#include "deepboltz/report/html.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

// Screen units. A map is a square; the legend stands to the right of the last one.
constexpr double kSide = 480, kTop = 28, kGap = 16, kMargin = 8, kLegend = 230, kLine = 20;

// The colours of greatest contrast of Kelly (1965), without black and white.
constexpr std::array<const char*, kMostMapClasses> kColours = {
    "#FFB300", "#803E75", "#FF6800", "#A6BDD7", "#C10020", "#CEA262", "#817066", "#007D34", "#F6768E", "#00538A",
    "#FF7A5C", "#53377A", "#FF8E00", "#B32851", "#F4C800", "#7F180D", "#93AA00", "#593315", "#F13A13", "#232C16"};
constexpr const char* kOther = "#cccccc";

const char* colour_of(int number) { return number < 0 ? kOther : kColours[std::size_t(number)]; }

// From the least to the greatest number, but of the outermost hundredth at either end: what is far from the others must
// not press them together. It is drawn at the edge.
class Axis {
 public:
  explicit Axis(std::vector<double> numbers) {
    constexpr std::size_t kShare = 100;
    constexpr double kRoom = 0.1;
    if (numbers.empty()) return;
    std::ranges::sort(numbers);
    const std::size_t outside = numbers.size() / kShare;
    const double low = numbers[outside], high = numbers[numbers.size() - 1 - outside], room = kRoom * (high - low);
    low_ = std::max(numbers.front(), low - room);
    high_ = std::min(numbers.back(), high + room);
  }
  // In 0 … 1.
  double at(double x) const { return high_ > low_ ? std::clamp((x - low_) / (high_ - low_), 0.0, 1.0) : 0.5; }

 private:
  double low_ = 0, high_ = 0;
};

bool is_finite(const std::pair<double, double>& point) {
  return std::isfinite(point.first) && std::isfinite(point.second);
}

std::string drawn_points(const Map& map, const CaseMap& all, double left) {
  std::vector<double> across, up;
  for (const auto& point : map.points) {
    if (!is_finite(point)) continue;
    across.push_back(point.first);
    up.push_back(point.second);
  }
  const Axis x(std::move(across)), y(std::move(up));
  constexpr double kInside = kSide - 2 * kMargin;
  constexpr Key kOrder{0x6D6170};
  std::string svg;
  for (const std::uint32_t c : permutation(kOrder, std::uint32_t(map.points.size()))) {
    const auto& point = map.points[c];
    if (!is_finite(point)) continue;
    svg +=
        fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.2\" fill=\"{}\"><title>{}</title></circle>\n",
                    left + kMargin + kInside * x.at(point.first), kTop + kMargin + kInside * (1 - y.at(point.second)),
                    colour_of(all.classes[c]), escaped(all.captions[c]));
  }
  return svg;
}

std::string legend(const CaseMap& map, double left) {
  std::string svg;
  double top = kTop + kLine / 2;
  const auto line = [&](const char* colour, const std::string& name) {
    svg += fmt::format(
        "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\" fill=\"{}\"/><text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
        left + 6, top, colour, left + 18, top + 4, escaped(name));
    top += kLine;
  };
  for (std::size_t k = 0; k < map.names.size(); ++k) line(kColours[k], map.names[k]);
  if (!map.names.empty() && std::ranges::count(map.classes, -1) > 0) line(kOther, "other");
  return svg;
}

}  // namespace

std::string draw_case_map(const CaseMap& map) {
  DEEPBOLTZ_ASSERT(map.names.size() <= kMostMapClasses && map.captions.size() == map.classes.size());
  const double maps = double(map.maps.size()) * (kSide + kGap), width = maps + (map.names.empty() ? 0 : kLegend),
               height = kTop + std::max(kSide, kLine * double(map.names.size() + 1)) + kMargin;
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
      "font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"#1b1b1b\">\n"
      "<rect width=\"{0}\" height=\"{1}\" fill=\"#fff\"/>\n",
      width, height);
  double left = kGap / 2;
  for (const Map& one : map.maps) {
    DEEPBOLTZ_ASSERT(one.points.size() == map.captions.size());
    svg += fmt::format(
        "<text x=\"{0}\" y=\"19\">{4}</text>\n<rect x=\"{0}\" y=\"{1}\" width=\"{2}\" height=\"{2}\" fill=\"none\" "
        "stroke=\"{3}\"/>\n<g fill-opacity=\"0.8\">\n{5}</g>\n",
        left, kTop, kSide, kOther, escaped(one.title), drawn_points(one, map, left));
    left += kSide + kGap;
  }
  return svg + legend(map, left) + "</svg>\n";
}

}  // namespace deepboltz
