// The tiles of integer_products.h in vectors. A tile is 64 columns of the result, two blocks, for up to 256 cases; what
// it needs of its own lies on the stack: the sums, the random words, a chunk of transposed weights.
#pragma once

#include "deepboltz/kernel/cpu/tiles.h"
#include "deepboltz/kernel/integer_products.h"

namespace deepboltz::simd {

inline constexpr std::int64_t kTileCases = 256;

// Which rows to add: for every case and chunk a list of places in the chunk (in bytes, a row is 64) whose length is a
// multiple of four; or, for tables, for every group of four units where its sum is in a table of 16 rows of 64 bytes;
// or, for tiles, the states themselves, as bytes.
enum class Adding { listed, tables, tiles, changes };
struct RowLists {
  static constexpr std::int64_t kStride = 32 * RowChunks::kMostWords + 40;  // a list with room for a vector behind it

  static constexpr std::int64_t kTableWords = 2;  // 16 KB of tables: with three, sums and codes drove them out

  RowChunks chunks;
  Adding how;
  const TileUnit* unit;   // of tiles
  std::uint16_t* places;  // (cases, chunks, kStride); tables: (cases, 8 × words); tiles: (cases/16, tiles, 1024 bytes)
  std::uint16_t* lengths;  // (chunks, cases)
  std::uint16_t* order;    // (chunks, cases): the cases of a tile by length, so that a loop's end can be foreseen

  std::uint16_t* list(std::int64_t r, std::int64_t chunk) const {
    return places + (r * chunks.count + chunk) * kStride;
  }
  std::uint16_t* codes(std::int64_t r) const { return places + r * 8 * chunks.words; }
  // Tiles of 16 cases: those of a chunk lie together.
  std::int64_t tiles_each() const { return (chunks.words_each + 1) / 2; }
  std::byte* tile(std::int64_t cases, std::int64_t chunk) const {
    return reinterpret_cast<std::byte*>(places) + (cases * chunks.count + chunk) * tiles_each() * kTileBytes;
  }
};

// Which rows have come and which have gone since the running sums were those of `before`: for every case their places
// in the block, as many of either kind, an even number, filled up with a row of zeros.
struct ChangeLists {
  static constexpr std::int64_t kMost = 128;           // of either: what 16-bit sums of ±lower bytes hold
  static constexpr std::int64_t kStride = kMost + 32;  // a list with room for a vector behind it

  const Bits* before;
  std::uint16_t* places;   // (cases, 2, kStride)
  std::uint16_t* lengths;  // of either list, one a case

  std::uint16_t* come(std::int64_t r) const { return places + 2 * kStride * r; }
  std::uint16_t* gone(std::int64_t r) const { return come(r) + kStride; }
};

// One input, and what of it to add.
struct ProductTerm {
  const IntegerWeights& weights;
  Direction direction;
  const Bits& x;
  RowLists lists;
  ChangeLists changes;   // of Adding::changes
  RunningSums* running;  // where its sums are kept, or null
};

// What a term adds to unit j of case r.
inline std::int32_t plain_sum(const ProductTerm& term, std::int64_t r, std::int64_t j) {
  std::int32_t sum = 0;
  for (std::int64_t i = 0; i < term.x.units(); ++i)
    if (term.x.at(r, i)) sum += term.direction == Direction::up ? term.weights.at(i, j) : term.weights.at(j, i);
  return sum;
}

// What tiles share.
struct ProductWork {
  std::span<const ProductTerm> terms;  // at least one
  const std::int32_t* bias;            // 32 a block: those of even columns, then those of odd ones
  std::int64_t units;                  // of the result
  int exponent;
};

std::int64_t count_on(const Bits& x);

// How many rows ChangeLists hold; more than any number where a case has more of either kind than they hold.
std::int64_t count_changes(const Bits& before, const Bits& x);

void list_rows(const ProductTerm& term, std::int64_t first_case, std::int64_t cases);

struct Draw {
  Key key;
  std::int64_t first_case;
  Bits& out;
  Sevenths* means;  // or null
};
void sample_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                 const Draw& draw);
// The same of fields that are there.
struct FieldWork {
  const std::int32_t* fields;  // (cases, units)
  std::int64_t units;
  int exponent;
};
void sample_fields_tile(const FieldWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                        const Draw& draw);
struct Message {
  float scale, keep;  // out ← scale · sum + keep · out
  View<float> out;
};
void message_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                  const Message& message);
void field_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                std::int32_t* out);

}  // namespace deepboltz::simd
