// Turns bits for case_bits.h.
#pragma once

#include "deepboltz/kernel/bits.h"

namespace deepboltz::simd {

// out ← the words of a block of 32 units of a plane, on[k] ← in how many cases unit k of the block is on.
void turn_block(const Bits& bits, std::int64_t block, std::uint16_t* out, std::int32_t* on);

}  // namespace deepboltz::simd
