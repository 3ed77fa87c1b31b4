// Stands in for cpu/products_onednn.cpp where that is not built.
#include "deepboltz/kernel/cpu/product_sets.h"
#include "deepboltz/kernel/linear.h"

namespace deepboltz {

void multiply(Context& ctx, double alpha, ConstMatrix a, Transpose transpose_a, ConstMatrix b, Transpose transpose_b,
              double beta, Matrix out) {
  multiply_plain(ctx, alpha, a, transpose_a, b, transpose_b, beta, out);
}

void limit_products(ProductSet) {}

}  // namespace deepboltz
