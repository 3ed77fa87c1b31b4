// What the offsets of centring send through the weights, in float and in one order of summation on every processor:
// integer training keeps its bits with them.
//
//   lower_i ← Σ_j w_ij·upper_offset_j      upper_j ← Σ_i lower_offset_i·w_ij
#pragma once

#include "deepboltz/kernel/integer_update.h"

namespace deepboltz {

// weight: (rows, cols) f32; of the offsets and of out, lower: (1, rows), upper: (1, cols)
void offset_fields(Context& ctx, ConstMatrix weight, const Ends<ConstMatrix>& offsets, const Ends<Matrix>& out);

}  // namespace deepboltz
