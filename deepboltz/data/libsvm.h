// Documents a line each, as "LABEL ID:COUNT ID:COUNT …", plain or gzipped: libsvm's format, with counts. Ids are those
// of the vocabulary, from 1, in any order, none twice in a line. LABEL is a whole number from 0 to 65,535, or several
// with commas between; where some line has none or several, the data have no labels. What follows a # is a comment;
// where every document has one, the comments are the names of the documents.
#pragma once

#include <filesystem>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"
#include "deepboltz/io/bytes.h"

namespace deepboltz {

// Uses options.vocabulary. InputError "FILE:LINE: …"
Dataset parse_libsvm(ByteView bytes, const std::string& file, const ReadOptions& options = {});
Dataset read_libsvm(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace deepboltz
