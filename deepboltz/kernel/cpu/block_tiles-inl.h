// The sums of a block of 32 columns by tiles of bytes (tiles.h): states and weights are brought into tiles, multiplied,
// and what comes out is added up. Weights are packed once for up to 256 cases, into the first cache, where the product
// reads them from: an update writes one layout only, and no tile can be stale.
#if defined(DEEPBOLTZ_KERNEL_CPU_BLOCK_TILES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPBOLTZ_KERNEL_CPU_BLOCK_TILES_INL_H_
#undef DEEPBOLTZ_KERNEL_CPU_BLOCK_TILES_INL_H_
#else
#define DEEPBOLTZ_KERNEL_CPU_BLOCK_TILES_INL_H_
#endif

#include <algorithm>
#include <cstring>

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/integer_blocks-inl.h"
#include "deepboltz/kernel/cpu/integer_products_simd.h"
#include "deepboltz/kernel/cpu/tiles.h"

#if !DEEPBOLTZ_PLAIN_BLOCKS
HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

using simd::kTileBytes;
using simd::kTileCases;
using simd::kTileDepth;
using simd::kTileRows;
using simd::ProductTerm;
using simd::RowLists;

// 28 KB are the tiles of 416 rows of 16 bits, and more than those of 256 rows of 24.
static_assert((RowChunks::kMostWords + 1) / 2 * 4 >= (RowChunks::kMostWords24 + 1) / 2 * 6);

// What a tile of the result needs of its own.
struct TileMemory {
  std::int32_t* sums = own_sums;  // of the block at hand, 32 a case
  HWY_ALIGN std::int32_t own_sums[32 * kTileCases];
  HWY_ALIGN std::byte turned[64 * (32 * RowChunks::kMostWords + 1)];
  HWY_ALIGN std::uint8_t turned_lower[32 * (32 * RowChunks::kMostWords24 + 1)];
  union {
    HWY_ALIGN std::byte tables[RowLists::kTableWords * 8 * 1024];
    HWY_ALIGN std::byte tiles[(RowChunks::kMostWords + 1) / 2 * 4 * kTileBytes];
  };
  HWY_ALIGN std::uint32_t words[32 * kTileCases];  // random ones: 16 bits a unit, 64 units a case
  HWY_ALIGN std::uint32_t rounding_words[32 * kTileCases];
};

// One chunk of rows for one block of columns.
struct Chunk {
  std::int64_t index, first_word, words;
  BlockRows rows;
  const std::int32_t* bias;  // of the block: where the first chunk's sums begin; others: null
  bool narrow;
};

// 64 bits as 64 bytes of 0 and 1.
HWY_INLINE void spread_bits(const std::uint32_t* words, std::int64_t count, std::byte* to) {
  const hn::CappedTag<std::uint8_t, 64> d;
  std::uint8_t bits[16] = {};  // LoadMaskBits may read eight from any of them on
  std::memcpy(bits, words, std::size_t(4 * count));
  for (std::size_t k = 0; k < 64; k += hn::Lanes(d))
    hn::Store(hn::IfThenElseZero(hn::LoadMaskBits(d, bits + k / 8), hn::Set(d, std::uint8_t(1))), d,
              reinterpret_cast<std::uint8_t*>(to) + k);
}

// The tiles of `cases` cases, from a multiple of 16 on. Rows behind the last case are left as they are: nobody looks at
// their products.
HWY_INLINE void tile_cases(const ProductTerm& term, std::int64_t first_case, std::int64_t cases) {
  const RowChunks& chunks = term.lists.chunks;
  for (std::int64_t r = first_case; r < first_case + cases; ++r)
    for (std::int64_t chunk = 0; chunk < chunks.count; ++chunk)
      for (std::int64_t word = 0; word < chunks.words_in(chunk); word += 2)
        spread_bits(term.x.row(r) + chunks.first_word(chunk) + word,
                    std::min<std::int64_t>(2, chunks.words_in(chunk) - word),
                    term.lists.tile(r / kTileRows, chunk) + word / 2 * kTileBytes + r % kTileRows * kTileDepth);
}

// Of four rows the bytes of a plane: those of the first two in lanes of 16 bits, and those of the others. Columns are
// parted into the tiles of even and of odd ones.
HWY_INLINE void store_tiles(hn::Vec<U16> first, hn::Vec<U16> second, std::byte* to) {
  const U16 d;
  const U32 d32;
  const auto up = hn::BitCast(d, hn::ShiftLeft<16>(hn::BitCast(d32, second))),
             down = hn::BitCast(d, hn::ShiftRight<16>(hn::BitCast(d32, first)));
  hn::Store(hn::OddEven(up, first), d, reinterpret_cast<std::uint16_t*>(to));
  hn::Store(hn::OddEven(second, down), d, reinterpret_cast<std::uint16_t*>(to + kTileBytes));
}

HWY_INLINE void tile_four_rows(const BlockRows& rows, std::int64_t first, std::byte* to) {
  const U16 d;
  const auto low = hn::Set(d, std::uint16_t(0xFF)), top = hn::Set(d, std::uint16_t(0xFF00));
  for (std::size_t part = 0; part < kParts; ++part) {
    hn::Vec<U16> row[4];
    for (std::size_t k = 0; k < 4; ++k)
      row[k] = hn::BitCast(d, load_row(rows.top + 64 * (first + std::int64_t(k)), part));
    std::byte* here = to + part * kLanes * sizeof(std::uint16_t);
    store_tiles(hn::Or(hn::ShiftRight<8>(row[0]), hn::And(row[1], top)),
                hn::Or(hn::ShiftRight<8>(row[2]), hn::And(row[3], top)), here);
    store_tiles(hn::Or(hn::And(row[0], low), hn::ShiftLeft<8>(row[1])),
                hn::Or(hn::And(row[2], low), hn::ShiftLeft<8>(row[3])), here + 2 * kTileBytes);
    if (!rows.lower) continue;
    for (std::size_t k = 0; k < 4; ++k) row[k] = load_lower(rows.lower + 32 * (first + std::int64_t(k)), part);
    store_tiles(hn::Or(row[0], hn::ShiftLeft<8>(row[1])), hn::Or(row[2], hn::ShiftLeft<8>(row[3])),
                here + 4 * kTileBytes);
  }
}

// With an odd number of words half of the last tiles is left as it is: the states of these units are zero.
HWY_INLINE void tile_rows(const BlockRows& rows, std::int64_t words, std::byte* to) {
  const std::int64_t tiles = rows.lower ? 6 : 4;  // for every 64 rows
  for (std::int64_t row = 0; row < 32 * words; row += 4)
    tile_four_rows(rows, row, to + row / kTileDepth * tiles * kTileBytes + row % kTileDepth / 4 * 64);
}

// The sum of the planes' sums, times what their bytes are worth.
HWY_INLINE hn::Vec<I32> join_planes(int planes, const std::int32_t* at) {
  auto sum = hn::Load(I32(), at);
  for (int plane = 1; plane < planes; ++plane) sum = hn::Add(hn::ShiftLeft<8>(sum), hn::Load(I32(), at + 512 * plane));
  return sum;
}

inline HWY_NOINLINE void multiply_chunk(const ProductTerm& term, const Chunk& chunk, std::int64_t first_case,
                                        std::int64_t cases, TileMemory& memory) {
  const simd::TileUnit& unit = *term.lists.unit;
  HWY_ALIGN std::int32_t products[simd::kMostPlanes * 2 * 256];
  const int planes = chunk.rows.lower ? 3 : 2;
  tile_rows(chunk.rows, chunk.words, memory.tiles);
  unit.begin();
  for (std::int64_t first = 0; first < cases; first += kTileRows) {
    unit.multiply(planes, term.lists.tile((first_case + first) / kTileRows, chunk.index), memory.tiles,
                  (chunk.words + 1) / 2, products);
    for (std::int64_t r = first; r < std::min(first + kTileRows, cases); ++r) {
      std::int32_t* sums = memory.sums + 32 * r;
      Sums s = load_sums(chunk.bias ? chunk.bias : sums);
      for (std::size_t part = 0; part < kParts; ++part) {
        const std::int32_t* from = products + 16 * (r - first) + std::int64_t(part * kLanes / 2);
        s.even[part] = hn::Add(s.even[part], join_planes(planes, from));
        s.odd[part] = hn::Add(s.odd[part], join_planes(planes, from + 256));
      }
      store_sums(s, sums);
    }
  }
  unit.end();
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
