// Products with sparse rows, at a cost in proportion to their entries. Sums in double, over the entries in order: the
// same bits as the dense product by plain loops (multiply_plain), to which the entries that are not there add 0.
#pragma once

#include "deepboltz/kernel/sparse_rows.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

// out ← x·w + the row `bias` (1, outputs), if not empty.    x: (cases, inputs), w: (inputs, outputs), f32 or f64
void multiply_sparse(Context& ctx, const SparseRows& x, ConstMatrix w, ConstMatrix bias, Matrix out);

// out ← out + scale · xᵀ·y in the rows of `out` that x has entries for; other rows are not touched. `turned` is
// transposed(x).    y: (cases, outputs), out: (inputs, outputs)
void add_sparse_gradient(Context& ctx, double scale, const SparseRows& turned, ConstMatrix y, Matrix out);

// out(e, 0) ← y[r]·w[c] for every entry e = (r, c) of the pattern; its values do not enter.
// y: (cases, outputs), w: (inputs, outputs), out: (entries, 1)
void sampled_products(Context& ctx, const SparseRows& pattern, ConstMatrix y, ConstMatrix w, Matrix out);

}  // namespace deepboltz
