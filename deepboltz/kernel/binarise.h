// Grey values become binary beside the first product; until then they stay the bytes of the file.
#pragma once

#include <cstdint>
#include <span>

#include "deepboltz/rng/key.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

enum class Binarise : std::uint8_t {
  none,       // x/255
  threshold,  // x ≥ 128
  sample,     // 1 with probability x/255
};

// out(r, c) ← grey(rows[r], c) made binary. Row r draws from row rows[r] of the key's numbers, so that a case's draw
// does not depend on the batch it is in.    grey: (any, units) u8; rows: (cases); out: (cases, units) f32 or f64
void binarise(Context& ctx, Binarise how, ConstMatrix grey, std::span<const std::uint32_t> rows, Key key, Matrix out);

}  // namespace deepboltz
