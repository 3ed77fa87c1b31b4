// What counts add to a hash of contents: rows of f32, zeros with them, as long as these are 16 GiB or less; beyond
// that, words and counts alone. So a matrix has the same hash however it is kept.
#pragma once

#include "deepboltz/io/sha256.h"
#include "deepboltz/kernel/sparse_rows.h"

namespace deepboltz {

void add_counts(const SparseRows& counts, Sha256& sum);

}  // namespace deepboltz
