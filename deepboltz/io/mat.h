// MATLAB's MAT-files of version 5, as `save -v6` and `-v7` write them: their matrices of real numbers with two
// dimensions. Whatever else is in a file (cells, structures, text, sparse, complex or higher arrays) is passed over.
//
//   128 bytes       text, version, byte order
//   then elements   type, size, contents; a matrix is one whose contents are elements again: class and flags, sizes,
//                   name, numbers (of any type that holds them); or such an element as a zlib stream
//
// Versions 4 and 7.3 are refused by name. Limits: names ≤ 63 bytes, 2 sizes, exactly as many numbers as these say, each
// element inside of the one that holds it. MATLAB 5 MAT-File Format (The MathWorks, 1999 and later). Why not by a
// library: docs/adr/0008-mat-files-by-our-own-reader.md
#pragma once

#include <string>
#include <vector>

#include "deepboltz/io/npy.h"

namespace deepboltz {

struct MatMatrix {
  std::string name;
  NpyArray array;       // (rows, columns), in the file's order: columns one after the other
  Bytes unpacked = {};  // what `array` borrows from where it was compressed
};

// In the order of the file. InputError "FILE: byte N: …"; "FILE: byte M, unpacked: byte N: …" inside of a
// compressed matrix that begins at M.
std::vector<MatMatrix> parse_mat(ByteView bytes, const std::string& file);

// InputError: there is no matrix of that name; it says which there are.
const MatMatrix& matrix_named(const std::vector<MatMatrix>& matrices, const std::string& file, const std::string& name);
// "X (5000 × 499), y (5000 × 374)", for messages.
std::string list_of(const std::vector<MatMatrix>& matrices);

// A file of the given matrices, for tests and conversions.
Bytes make_mat(const std::vector<MatMatrix>& matrices, bool compressed = false);

}  // namespace deepboltz
