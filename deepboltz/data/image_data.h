// Pictures as cases: one PNG or PGM, or a folder of them. In a folder with subfolders, each subfolder is a class and
// its name the class's name; otherwise there are no labels. Files go in the order of their names (classes likewise).
// Names that begin with a dot and files that end neither in .png nor in .pgm are passed over. All pictures must have
// one size. Limits: those of io/png.h and io/pgm.h; 10,000,000 pictures.
#pragma once

#include <filesystem>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"

namespace deepboltz {

// Whether there are such files in the folder, or in a folder inside it.
bool has_pictures(const std::filesystem::path& folder);

// Uses options.invert and options.colour: every picture then has red, green and blue, and a grey one is refused;
// otherwise all are read as grey. InputError "FILE: byte N: …"; options.height and width, where given, must be the
// pictures' size.
Dataset read_image_data(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace deepboltz
