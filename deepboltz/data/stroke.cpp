#include "deepboltz/data/stroke.h"

#include <algorithm>
#include <cmath>

namespace deepboltz {
namespace {

PenPoint catmull_rom(const PenPoint& a, const PenPoint& b, const PenPoint& c, const PenPoint& d, double t) {
  const auto at = [t](double p, double q, double r, double s) {
    return 0.5 * (2 * q + t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * q - p - 3 * r + s))));
  };
  return {at(a.x, b.x, c.x, d.x), at(a.y, b.y, c.y, d.y), b.radius + t * (c.radius - b.radius)};
}

// How much of the pixel with this centre the piece from a to b covers, by the distance of the two.
double coverage(const PenPoint& a, const PenPoint& b, double x, double y) {
  const double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
  const double t = length > 0 ? std::clamp(((x - a.x) * dx + (y - a.y) * dy) / length, 0.0, 1.0) : 0.0;
  const double off_x = x - a.x - t * dx, off_y = y - a.y - t * dy, distance = std::sqrt(off_x * off_x + off_y * off_y);
  return std::clamp(a.radius + t * (b.radius - a.radius) - distance + 0.5, 0.0, 1.0);
}

}  // namespace

std::vector<PenPoint> smooth(std::span<const PenPoint> points, int pieces) {
  const std::size_t last = points.size() - 1;
  const bool closed = points.size() > 2 && points[0].x == points[last].x && points[0].y == points[last].y;
  std::vector<PenPoint> line;
  for (std::size_t i = 0; i < last; ++i) {
    const PenPoint& before = i > 0 ? points[i - 1] : points[closed ? last - 1 : 0];
    const PenPoint& after = i + 2 <= last ? points[i + 2] : points[closed ? 1 : last];
    for (int piece = 0; piece < pieces; ++piece)
      line.push_back(catmull_rom(before, points[i], points[i + 1], after, double(piece) / pieces));
  }
  line.push_back(points[last]);
  return line;
}

void draw_line(std::span<const PenPoint> points, int height, int width, std::uint8_t* grey) {
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const PenPoint &a = points[i], &b = points[i + 1];
    const double reach = std::max(a.radius, b.radius) + 0.5;
    const int left = std::max(0, int(std::floor(std::min(a.x, b.x) - reach)));
    const int right = std::min(width - 1, int(std::ceil(std::max(a.x, b.x) + reach)));
    const int top = std::max(0, int(std::floor(std::min(a.y, b.y) - reach)));
    const int bottom = std::min(height - 1, int(std::ceil(std::max(a.y, b.y) + reach)));
    for (int y = top; y <= bottom; ++y)
      for (int x = left; x <= right; ++x) {
        const auto ink = std::uint8_t(std::lround(255 * coverage(a, b, x + 0.5, y + 0.5)));
        grey[y * width + x] = std::max(grey[y * width + x], ink);
      }
  }
}

}  // namespace deepboltz
