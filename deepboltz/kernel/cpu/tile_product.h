// The product of tiles.h, over the instructions of a kind of tiles:
//
//   Tiles::zero<t>()                 tile t ← 0
//   Tiles::load<t>(from)             tile t ← 1024 bytes
//   Tiles::multiply_signed<c, a, b>()    c += a·b, bytes of a without sign, of b with
//   Tiles::multiply<c, a, b>()           c += a·b, all bytes without sign
//   Tiles::store<t>(to)              1024 bytes ← tile t
#pragma once

#include <utility>

#include "deepboltz/kernel/cpu/tiles.h"

namespace deepboltz::simd {

// One plane: sums 2·plane and 2·plane + 1, of cases in tile 6.
template <class Tiles, int kPlane> void multiply_plane(const std::byte* weights) {
  constexpr int kEven = 2 * kPlane, kOdd = kEven + 1;
  Tiles::template load<7>(weights + kEven * kTileBytes);
  if constexpr (kPlane == 0)
    Tiles::template multiply_signed<kEven, 6, 7>();
  else
    Tiles::template multiply<kEven, 6, 7>();
  Tiles::template load<7>(weights + kOdd * kTileBytes);
  if constexpr (kPlane == 0)
    Tiles::template multiply_signed<kOdd, 6, 7>();
  else
    Tiles::template multiply<kOdd, 6, 7>();
}

template <class Tiles, int... kPlane>
void multiply_planes(std::integer_sequence<int, kPlane...>, const std::byte* cases, const std::byte* weights,
                     std::int64_t depth, std::int32_t* sums) {
  (Tiles::template zero<2 * kPlane>(), ...);
  (Tiles::template zero<2 * kPlane + 1>(), ...);
  for (std::int64_t d = 0; d < depth; ++d, cases += kTileBytes, weights += 2 * sizeof...(kPlane) * kTileBytes) {
    Tiles::template load<6>(cases);
    (multiply_plane<Tiles, kPlane>(weights), ...);
  }
  (Tiles::template store<2 * kPlane>(sums + 512 * kPlane), ...);
  (Tiles::template store<2 * kPlane + 1>(sums + 512 * kPlane + 256), ...);
}

template <class Tiles>
void multiply_tiles(int planes, const std::byte* cases, const std::byte* weights, std::int64_t depth,
                    std::int32_t* sums) {
  if (planes == 2)
    multiply_planes<Tiles>(std::make_integer_sequence<int, 2>(), cases, weights, depth, sums);
  else
    multiply_planes<Tiles>(std::make_integer_sequence<int, 3>(), cases, weights, depth, sums);
}

}  // namespace deepboltz::simd
