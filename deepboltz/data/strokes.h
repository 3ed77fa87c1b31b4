// Handwriting drawn by the program: digits and capital letters as data that need no file.
//
// A case is a skeleton (data/glyph.h) whose points are moved a little, the whole bent by a smooth random field, then
// slanted, turned, stretched, sized and shifted, and drawn by a pen of random width that presses unevenly. 28 × 28 grey
// bytes, the character about 20 high, as in MNIST. Case i depends on the key and i only, not on the number of cases.
#pragma once

#include <cstdint>

#include "deepboltz/data/dataset.h"
#include "deepboltz/rng/key.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

inline constexpr int kStrokeSide = 28;  // pixels

// Writes 28 × 28 grey bytes.
void draw_stroke_digit(int digit, Key key, std::uint8_t* grey);    // 0–9
void draw_stroke_letter(int letter, Key key, std::uint8_t* grey);  // 0 is A, 25 is Z

Dataset stroke_digits(Context& ctx, std::int64_t cases, Key key);   // 10 classes
Dataset stroke_letters(Context& ctx, std::int64_t cases, Key key);  // 26 classes, named A to Z

}  // namespace deepboltz
