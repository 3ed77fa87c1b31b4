// Pictures whose pixels go down their columns, as MATLAB makes a picture into a vector, and as some sets in IDX have
// them: their pixels go along the rows instead.
#pragma once

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"

namespace deepboltz {

// Nothing unless options.pixels_by_column. The data are not finished; where the file has the sizes, height and width
// change places. InputError: no height and width.
void turn_pictures(const ReadOptions& options, Dataset& data);

}  // namespace deepboltz
