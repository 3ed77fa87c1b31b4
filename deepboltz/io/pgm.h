// Binary grey-map pictures (PGM, "P5"), as face databases come in: sizes and the greatest grey as text with comments,
// then one byte a pixel. Greys are stretched to 0 … 255 where the greatest is less. Limits: each side ≤ 16,384, ≤ 2²⁶
// pixels, the greatest grey ≤ 255, and exactly as many bytes as the sizes say.
#pragma once

#include <string>

#include "deepboltz/io/image.h"

namespace deepboltz {

bool is_pgm(ByteView bytes);

// InputError "FILE: byte N: …"
Image parse_pgm(ByteView bytes, const std::string& file);

Bytes make_pgm(const Image& image);  // grey

}  // namespace deepboltz
