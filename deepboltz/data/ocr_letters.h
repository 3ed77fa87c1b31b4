// Handwritten letters, 16 × 8 bits, with their classes: the letters of handwritten words (Kassel 1995; Taskar, Guestrin
// & Koller 2003), in the split of Larochelle. Two files, of which either may be gzipped:
//
//   letter.data           a line a letter: ID LETTER NEXT WORD POSITION FOLD P0 … P127, parted by tabs; pixels 0 or 1,
//                         row by row
//   larochelle_split.txt  a letter for every line of the other file: t, v or s (training, validation, test); lines that
//                         begin with # are remarks
//
// Training cases are those of t, then those of v: the last 10,000 of 42,152 are Larochelle's validation cases.
#pragma once

#include <filesystem>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/share.h"

namespace deepboltz {

// Training or test. InputError with file and line: a field is missing, a letter is none of a to z, a pixel is no bit;
// the files have not as many lines.
Dataset read_labelled_letters(const std::filesystem::path& letters, const std::filesystem::path& split, Share share);

}  // namespace deepboltz
