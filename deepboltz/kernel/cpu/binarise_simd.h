// One row of binarise.h, in vectors: the same numbers as the plain loop, bit for bit.
#pragma once

#include "deepboltz/kernel/binarise.h"

namespace deepboltz::simd {

void binarise_row(Binarise how, const std::uint8_t* grey, std::int64_t units, Key key, std::uint32_t row, float* out);

// The same into bits, 32 units a word, bits behind the end zero. `how` is threshold or sample.
void binarise_row(Binarise how, const std::uint8_t* grey, std::int64_t units, Key key, std::uint32_t row,
                  std::uint32_t* out);

// out ← the bits of x, and whether every entry is 0 or 1.
[[nodiscard]] bool pack_row(const float* x, std::int64_t units, std::uint32_t* out);

// Bytes that are wanted soon.
void prefetch(const std::uint8_t* from, std::int64_t size);

}  // namespace deepboltz::simd
