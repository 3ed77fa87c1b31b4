// Tables as text: one case a line, cells separated by commas, semicolons or tabs (whichever the first line has, tabs
// before semicolons before commas), plain or gzipped.
//
// Cells may be quoted by "…". The first row is a header when a cell outside the label column is not a number
// (options.header overrides). Numbers follow one of the conventions of grey_range.h. Labels are whole numbers from 0 to
// 65,535, or words: words become classes in alphabetical order. Limits: 2 GiB of text, 1,000,000 columns, 2³¹−1 rows,
// 65,536 classes.
#pragma once

#include <filesystem>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"
#include "deepboltz/io/bytes.h"

namespace deepboltz {

// Uses options.label_column, header, height, width and invert. InputError "FILE:LINE: …"
Dataset parse_csv(ByteView bytes, const std::string& file, const ReadOptions& options = {});
Dataset read_csv(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace deepboltz
