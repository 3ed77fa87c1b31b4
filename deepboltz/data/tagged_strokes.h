// Digits drawn by the program (strokes.h) with words that were computed from them: parts that need no file.
//
//   image   28 × 28 grey bytes
//   text    17 words, each there or not; four a picture:
//             zero … nine              the digit
//             odd or even
//             thick or thin            the pen, by pen_width
//             left, upright or right   where the digit leans, by lean
//   label   the digit
//
// Case i depends on the key and i only, as in strokes.h.
#pragma once

#include <span>

#include "deepboltz/data/cases.h"

namespace deepboltz {

Cases tagged_strokes(Context& ctx, std::int64_t cases, Key key);

// How wide the lines of a picture of grey bytes are, about: twice the ink, divided by the sum of the steps between
// neighbours in rows and columns. Of a long upright bar its width, pixels; of a slanted one up to √2 less.
double pen_width(std::span<const std::uint8_t> grey, int width);

// By how many pixels the ink moves to the right for each row up: the slope of the regression of its place in the row on
// the row. 0: no ink, or all of it in one row.
double lean(std::span<const std::uint8_t> grey, int width);

}  // namespace deepboltz
