// The skeletons of digits and capital letters, as a hand would write them.
#pragma once

#include <span>
#include <vector>

namespace deepboltz {

struct GlyphPoint {
  int x, y;  // percent of the glyph's box; y runs down
};

struct GlyphStroke {
  bool curved;  // through its points smoothly; otherwise straight from one to the next
  std::vector<GlyphPoint> points;
};

using Glyph = std::vector<GlyphStroke>;  // strokes that share a point stay joined there, however they are deformed

// The ways in which a character is written. digit: 0–9; letter: 0 is A, 25 is Z.
std::span<const Glyph> digit_glyphs(int digit);
std::span<const Glyph> letter_glyphs(int letter);

}  // namespace deepboltz
