// Tables as text: one case a line, cells separated by commas, semicolons or tabs (whichever the first line has, tabs
// before semicolons before commas), plain or gzipped.
//
// Cells may be quoted by "…". The first row is a header when it has words where the second one has none, when it counts
// the columns (0, 1, 2, …), or when options.header says so. A gap (nothing, ?, NA, NaN, …) is a missing value, and
// refused. Columns that number or name the cases are no units: the one that options.id_column names, else a first one
// without a name, or one that is called as ids are. The label is the column that options.label_column names, else the
// one that is called so: label, class, target, species. All others are units, on one of the scales of grey_range.h;
// where options.columns are known, they are matched by name. Or options.text_column has a text of each case, which is
// read as text_data.h reads a document; there are no units beside it.
//
// Labels are whole numbers from 0 to 65,535, or words: words become classes in alphabetical order. Names that are not
// UTF-8 become it (io/utf8.h). Limits: 2 GiB of text, 1,000,000 columns, 2³¹−1 rows, 65,536 classes.
#pragma once

#include <filesystem>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"
#include "deepboltz/io/bytes.h"

namespace deepboltz {

// InputError "FILE:LINE: …"
Dataset parse_csv(ByteView bytes, const std::string& file, const ReadOptions& options = {});
Dataset read_csv(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace deepboltz
