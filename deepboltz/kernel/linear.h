// Dense matrix products. Float32 goes through oneDNN, one single-threaded call a tile of a grid that depends on the
// shape only (docs/adr/0002); float64, and float32 in builds without oneDNN, through the plain loops.
#pragma once

#include "deepboltz/tensor/context.h"

namespace deepboltz {

enum class Transpose : bool { no, yes };

// out ← alpha · op(a) · op(b) + beta · out.    All of one number type, f32 or f64.
void multiply(Context& ctx, double alpha, ConstMatrix a, Transpose transpose_a, ConstMatrix b, Transpose transpose_b,
              double beta, Matrix out);

// The same by plain loops: the reference of the tests.
void multiply_plain(Context& ctx, double alpha, ConstMatrix a, Transpose transpose_a, ConstMatrix b,
                    Transpose transpose_b, double beta, Matrix out);

}  // namespace deepboltz
