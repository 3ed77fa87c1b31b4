// Pictures to measure on.
#pragma once

#include "deepboltz/rng/draw.h"
#include "deepboltz/tensor/tensor.h"

namespace deepboltz::bench {

// 28 × 28, with a share of ink like MNIST's.    u8 (cases, 784)
inline Tensor grey_cases(std::int64_t cases) {
  Tensor grey(DType::u8, cases, 784);
  auto x = grey.as<std::uint8_t>();
  for (std::int64_t r = 0; r < cases; ++r)
    for (std::int64_t i = 0; i < 784; ++i) {
      const float u = uniform(Key{1}, std::uint32_t(r), std::uint32_t(i));
      x(r, i) = u < 0.1f ? 255 : u < 0.19f ? 127 : 0;
    }
  return grey;
}

}  // namespace deepboltz::bench
