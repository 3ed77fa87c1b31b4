// What the float products may use of an x86 processor.
#pragma once

namespace deepboltz {

enum class ProductSet { sse4, avx2, avx512 };

// Nothing better from now on; before the first product. Products by plain loops have no choice.
void limit_products(ProductSet best);

}  // namespace deepboltz
