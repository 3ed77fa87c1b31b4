#include "deepboltz/kernel/cpu/tiles.h"

namespace deepboltz::simd {
namespace {

TileUse& chosen() {
  static TileUse use{amx_tiles()};
  return use;
}

}  // namespace

TileUse tile_use() { return chosen(); }
void use_tiles(TileUse use) { chosen() = use; }

}  // namespace deepboltz::simd
