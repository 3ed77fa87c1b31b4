// Cases of another file that are to be like the training cases.
#pragma once

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"

namespace deepboltz {

// Reads by the words, columns and scale of `train`; by the first rules by its words alone.
ReadOptions options_like(const Dataset& train, ReadOptions options);

// What was read so, with the classes of `train` (classes.h). InputError: cases of another width.
Dataset made_like(const Dataset& train, Dataset data);

}  // namespace deepboltz
