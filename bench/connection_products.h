// The float products of a layer's connection, each by the faster of oneDNN and OpenBLAS, measured here and now.
#pragma once

#include "bench/products.h"

namespace deepboltz::bench {

// Seconds of the products between `lower` and `upper` units, for a batch.
struct ConnectionProducts {
  std::int64_t batch;
  int threads;

  double up(std::int64_t lower, std::int64_t upper) const {
    return time_product({batch, upper, lower}, threads).bound();
  }
  double down(std::int64_t lower, std::int64_t upper) const {
    return time_product({batch, lower, upper, Transpose::no, Transpose::yes}, threads).bound();
  }
  double gradient(std::int64_t lower, std::int64_t upper) const {
    return time_product({lower, upper, batch, Transpose::yes, Transpose::no}, threads).bound();
  }
};

}  // namespace deepboltz::bench
