// One float product as the libraries do it with threads of their own: what ours is measured against.
//
// OpenBLAS picks its kernels by processor, and an OPENBLAS_CORETYPE in the environment overrides it: run benchmarks
// without that variable.
#pragma once

#include "deepboltz/kernel/linear.h"

namespace deepboltz::bench {

struct Product {
  std::int64_t rows, cols, inner;
  Transpose transpose_a = Transpose::no, transpose_b = Transpose::no;

  double flop() const { return 2.0 * double(rows) * double(cols) * double(inner); }
};

struct ProductSeconds {
  double ours, onednn, openblas;
  double bound() const { return onednn < openblas ? onednn : openblas; }
};

// Times all three, alternating. Binary × normal operands, as in a Boltzmann machine.
ProductSeconds time_product(const Product& product, int threads);

}  // namespace deepboltz::bench
