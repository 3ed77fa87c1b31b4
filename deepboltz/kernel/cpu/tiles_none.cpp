// For processors that have no AMX, and compilers that do not know it.
#include "deepboltz/kernel/cpu/tiles.h"

namespace deepboltz::simd {

const TileUnit* amx_tiles() { return nullptr; }

}  // namespace deepboltz::simd
