// A pen on paper: lines with round ends, drawn anti-aliased into a small grey picture.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace deepboltz {

struct PenPoint {
  double x = 0, y = 0;  // pixels; (0, 0) is the upper left corner of the picture
  double radius = 1;    // of the pen, pixels
};

// A curve through all points (Catmull & Rom 1974), as short straight pieces, `pieces` between two points. A curve that
// ends where it began is closed smoothly.
std::vector<PenPoint> smooth(std::span<const PenPoint> points, int pieces = 6);

// Draws the line through `points` into `grey` (height × width): a pixel is as dark as the pen covers it, and never
// lighter than it was.
void draw_line(std::span<const PenPoint> points, int height, int width, std::uint8_t* grey);

}  // namespace deepboltz
