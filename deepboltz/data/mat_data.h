// Data in MATLAB's MAT-files (io/mat.h): the matrix that options.data_key names, or the only one with several rows and
// columns. A row is a case; with options.cases_in_columns a column is. The pixels of a case go along the picture's
// rows; with options.pixels_by_column down its columns, as a picture that MATLAB made into a vector has them.
// options.label_key names a vector of labels, whole numbers, one a case. Grey values follow grey_range.h.
#pragma once

#include <filesystem>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"
#include "deepboltz/io/bytes.h"

namespace deepboltz {

// InputError "FILE: byte N: …", as io/mat.h says; no such matrix, or several. "FILE[NAME]: byte N: …" of the numbers of
// a matrix, N counting in what it unpacks to where it is compressed.
Dataset parse_mat_data(ByteView bytes, const std::string& file, const ReadOptions& options = {});
Dataset read_mat_data(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace deepboltz
