// PNG pictures, by libpng.
//
// Read: grey of 1, 2, 4, 8 or 16 bits, palette, RGB, each with or without alpha: transparency over white, 16 bits
// rounded to 8; gamma is left as it is in the file. As grey bytes, colours by the weights 0.299, 0.587, 0.114 (Rec.
// 601), or as red, green and blue bytes. Limits: each side ≤ 16,384, ≤ 2²⁶ pixels; every chunk and its checksum is
// checked before libpng sees the file.
#pragma once

#include <filesystem>
#include <string>

#include "deepboltz/io/image.h"

namespace deepboltz {

// InputError "FILE: byte N: …"
Image parse_png_grey(ByteView bytes, const std::string& file);
// InputError too where the picture has no colours: its colour type is grey. A palette counts as colours.
Image parse_png_colour(ByteView bytes, const std::string& file);

Bytes make_png(const Image& image);
void write_png(const std::filesystem::path& path, const Image& image);

}  // namespace deepboltz
