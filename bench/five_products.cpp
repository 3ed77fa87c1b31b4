#include "bench/five_products.h"

#include "bench/products.h"

namespace deepboltz::bench {

double five_products_flop(const StepShape& shape) {
  return 5 * 2.0 * double(shape.batch) * double(shape.visible) * double(shape.hidden);
}

double five_products_seconds(const StepShape& shape, int threads) {
  const auto [batch, visible, hidden] = shape;
  const double up = time_product({batch, hidden, visible}, threads).bound();
  const double down = time_product({batch, visible, hidden, Transpose::no, Transpose::yes}, threads).bound();
  const double gradient = time_product({visible, hidden, batch, Transpose::yes, Transpose::no}, threads).bound();
  return 2 * up + down + 2 * gradient;
}

}  // namespace deepboltz::bench
