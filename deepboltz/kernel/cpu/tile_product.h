// The product of tiles.h, over the instructions of a kind of tiles:
//
//   Tiles::zero<t>()                 tile t ← 0
//   Tiles::load<t>(from)             tile t ← 1024 bytes
//   Tiles::multiply_signed<c, a, b>()    c += a·b, bytes of a without sign, of b with
//   Tiles::multiply<c, a, b>()           c += a·b, all bytes without sign
//   Tiles::store<t>(to)              1024 bytes ← tile t
#pragma once

#include "deepboltz/kernel/cpu/tiles.h"

namespace deepboltz::simd {

template <class Tiles>
void multiply_tiles(const std::byte* cases, const std::byte* weights, std::int64_t depth, std::int32_t* sums) {
  Tiles::template zero<0>();
  Tiles::template zero<1>();
  Tiles::template zero<2>();
  Tiles::template zero<3>();
  for (std::int64_t d = 0; d < depth; ++d, cases += kTileBytes, weights += 2 * kPlanes * kTileBytes) {
    Tiles::template load<4>(cases);
    Tiles::template load<5>(weights);
    Tiles::template multiply_signed<0, 4, 5>();
    Tiles::template load<6>(weights + kTileBytes);
    Tiles::template multiply_signed<1, 4, 6>();
    Tiles::template load<5>(weights + 2 * kTileBytes);
    Tiles::template multiply<2, 4, 5>();
    Tiles::template load<6>(weights + 3 * kTileBytes);
    Tiles::template multiply<3, 4, 6>();
  }
  Tiles::template store<0>(sums);
  Tiles::template store<1>(sums + 256);
  Tiles::template store<2>(sums + 512);
  Tiles::template store<3>(sums + 768);
}

}  // namespace deepboltz::simd
