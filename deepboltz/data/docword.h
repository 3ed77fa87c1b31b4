// Triplets of numbers, a line each, "DOCUMENT WORD COUNT" from 1, plain or gzipped:
//
//   UCI docword    three lines before them: how many documents, words and triplets (Newman 2008)
//   MatrixMarket   "%%MatrixMarket matrix coordinate integer general", comments, and one line with the three numbers;
//                  documents are rows; real is read as well, as long as the numbers are whole, and pattern, 1 each
#pragma once

#include <filesystem>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"
#include "deepboltz/io/bytes.h"

namespace deepboltz {

// Use options.vocabulary, which must be of the size that the file says. InputError "FILE:LINE: …"
Dataset parse_docword(ByteView bytes, const std::string& file, const ReadOptions& options = {});
Dataset parse_matrix_market(ByteView bytes, const std::string& file, const ReadOptions& options = {});

Dataset read_docword(const std::filesystem::path& path, const ReadOptions& options = {});
Dataset read_matrix_market(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace deepboltz
