// PNG pictures, by libpng.
//
// Read: grey of 1, 2, 4, 8 or 16 bits, palette, RGB, each with or without alpha, all as grey bytes: colours by the
// weights 0.299, 0.587, 0.114 (Rec. 601), transparency over white, 16 bits rounded to 8; gamma is left as it is in the
// file. Limits: each side ≤ 16,384, ≤ 2²⁶ pixels; every chunk and its checksum is checked before libpng sees the file.
#pragma once

#include <filesystem>
#include <string>

#include "deepboltz/io/image.h"

namespace deepboltz {

// InputError "FILE: byte N: …"
Image parse_png_grey(ByteView bytes, const std::string& file);

Bytes make_png(const Image& image);
void write_png(const std::filesystem::path& path, const Image& image);

}  // namespace deepboltz
