// Sums over rows or columns, in double and in a fixed order.
#pragma once

#include <span>

#include "deepboltz/tensor/context.h"

namespace deepboltz {

// out[col] ← Σ over rows of x, divided by rows.    x: (rows, cols) f32 or f64, out: (1, cols) of the same type
void column_means(Context& ctx, ConstMatrix x, Matrix out);

// sum[row] += scale · Σ over columns of x·y.    y: (rows, cols), or (1, cols) for the same row each time
void add_row_dots(Context& ctx, double scale, ConstMatrix x, ConstMatrix y, std::span<double> sum);

// Σ over all entries of |x − y|, divided by their number.
double mean_absolute_difference(Context& ctx, ConstMatrix x, ConstMatrix y);

// False if some entry is NaN or infinite.
bool all_finite(Context& ctx, ConstMatrix x);

// The largest column's Euclidean norm.
double largest_column_norm(Context& ctx, ConstMatrix x);

// out ← a·x + b·out, entry by entry.
void scale_add(Context& ctx, double a, ConstMatrix x, double b, Matrix out);

}  // namespace deepboltz
