// Products of bytes in tiles, as AMX makes them: eight registers of 16 rows of 64 bytes, and a dot product that adds to
// 16 × 16 sums of 32 bits,
//
//   C[m][n] += Σ_k A[m][k]·B[k/4][4n + k%4]        A: 16 rows × 64 bytes;  B: 16 rows of 16 columns, four bytes each
//
// Here A is the states of 16 cases, a byte a unit, and B a plane of weights: of q = 256·top + low the signed top bytes,
// or the low ones, without sign; of 24 bits a third plane, lower still. The tiles of the even and of the odd columns of
// a block of 32 make two sums for every plane, which share a tile of cases: with three planes all eight registers are
// taken. With 16 cycles a dot product and 8 a load none waits for loads.
//
// The same code runs on AMX, where the processor has it and the system grants it, and on loops that do exactly what its
// instructions do, by which the tests reach every path of it on any machine. Format, known to kernel/cpu only: tiles of
// 1024 bytes; of cases one for every 64 units; of weights, for every 64 rows, plane by plane, even and odd columns.
#pragma once

#include <cstddef>
#include <cstdint>

namespace deepboltz::simd {

inline constexpr std::int64_t kTileBytes = 1024, kTileRows = 16, kTileDepth = 64;
inline constexpr std::int64_t kMostPlanes = 3;

struct TileUnit {
  void (*begin)();  // readies the calling thread, which then multiplies, and …
  void (*end)();    // … leaves
  // sums[plane][parity][case][16] ← the product of a tile of cases with a block of weights, `depth` tiles deep, of two
  // planes or of three
  void (*multiply)(int planes, const std::byte* cases, const std::byte* weights, std::int64_t depth,
                   std::int32_t* sums);
};

const TileUnit* amx_tiles();  // null where there is none
const TileUnit& emulated_tiles();

// What integer products may use in this process: at first amx_tiles(), where counted work says that it pays.
struct TileUse {
  const TileUnit* unit;  // null: no tiles
  bool always = false;   // also where they do not pay
};
TileUse tile_use();
void use_tiles(TileUse use);

}  // namespace deepboltz::simd
