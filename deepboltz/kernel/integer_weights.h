// Weights as integers of 16 or 24 bits: w ≈ q·2⁻ᵉ, one exponent e a matrix, so that both directions of a connection see
// the same integers and a Gibbs chain is exactly that of one machine, the one with weights q·2⁻ᵉ. Matrices that send to
// one layer share an exponent, the least that one of them needs (limit), so that their sums are integers too.
//
// Of 24 bits the upper 16, t = ⌊q/256⌋, are summed as 16-bit integers are, the lower 8 beside them; with 16 bits t = q.
//
// The exponent is the largest, at most 15 (24 bits: 23), that lets four rows be summed in 16 bits (4·max|t| ≤ 32767) in
// every block of either direction, and every field in 30 bits (largest_field() ≤ 2³⁰⁻ᵉ). Few large weights shall not
// cost the others more than two bits: the exponent is at most two below what three quarters of the blocks would allow,
// as far as every t can be held (max|t| ≤ 32767). A block that then breaks the first bound is summed in 32 bits from
// the start: slower, the same integers.
//
// The error of a weight is at most 2⁻ᵉ⁻¹. With 16 bits that is no more than max|w|/8191 of all weights, or 2⁻¹⁶; with
// 24 no more than max|w|/2097000, largest_field()·2⁻³⁰ or 2⁻²⁴. That of a field is half a unit of 2⁻ᵉ for each unit
// that is on, and for the bias. Weights below 2⁻ᵉ⁻¹ count as zero in a field but keep learning: the master copy is
// float.
//
// Format, known to kernel/ only: blocks of 32 columns; in a block one row of 32 t (64 bytes) after the other, rows
// padded with zeros to a multiple of 32. Rows come in chunks of at most 416 (26 KB, to stay in the first cache; 24
// bits: 256, whose lower bytes also add up in 16 bits), each followed by a row of zeros that pads lists of rows. A
// block is a tile of 32 × 32 for every 32 rows; the other direction transposes the tiles that it needs. Lower bytes lie
// in a plane of their own, a row of 32 bytes for a row of 32 t.
#pragma once

#include <algorithm>
#include <bit>
#include <vector>

#include "deepboltz/tensor/context.h"

namespace deepboltz {

// How the rows of a product are cut: words of 32, in chunks of equal size.
struct RowChunks {
  static constexpr std::int64_t kMostWords = 13, kMostWords24 = 8;
  std::int64_t words = 0, count = 0, words_each = 0;

  RowChunks() = default;
  explicit RowChunks(std::int64_t rows, int bits = 16) : words((rows + 31) / 32) {
    const std::int64_t most = bits == 24 ? kMostWords24 : kMostWords;
    count = (words + most - 1) / most;
    if (count > 0) words_each = (words + count - 1) / count, count = (words + words_each - 1) / words_each;
  }
  std::int64_t first_word(std::int64_t chunk) const { return chunk * words_each; }
  std::int64_t words_in(std::int64_t chunk) const { return std::min(words_each, words - chunk * words_each); }
  // Where row 32·word is in a block.
  std::int64_t place(std::int64_t word) const { return 32 * word + word / words_each; }
  std::int64_t places() const { return 32 * words + count; }
};

class IntegerWeights {
 public:
  IntegerWeights() = default;
  IntegerWeights(std::int64_t rows, std::int64_t cols, int bits = 16);  // all zero; bits: 16 or 24

  std::int64_t rows() const { return rows_; }
  std::int64_t cols() const { return cols_; }
  int bits() const { return bits_; }
  int exponent() const { return exponent_; }
  double step() const;  // 2⁻ᵉ
  // The exponent that the bounds above call for, and the largest that shall be taken: by the next settle().
  int fitting_exponent() const { return fitting_; }
  void limit(int exponent) { limit_ = exponent; }
  // No field is larger, whatever is on: the largest sum of |w| over a row or a column, each |w| taken as the largest of
  // its tile.
  double largest_field() const { return largest_field_; }
  std::int32_t at(std::int64_t row, std::int64_t col) const {
    const std::int64_t in_block = place(row) + col % 32;
    const std::int32_t top = block(col / 32)[in_block];
    return bits_ == 24 ? 256 * top + lower(col / 32)[in_block] : top;
  }

  // ---- for kernels
  void set(std::int64_t row, std::int64_t col, std::int32_t q) {
    const std::int64_t in_block = place(row) + col % 32;
    block(col / 32)[in_block] = std::int16_t(bits_ == 24 ? q >> 8 : q);
    if (bits_ == 24) lower(col / 32)[in_block] = std::uint8_t(q & 0xFF);
  }
  const RowChunks& chunks() const { return chunks_; }
  std::int64_t col_blocks() const { return (cols_ + 31) / 32; }
  std::int64_t row_blocks() const { return chunks_.words; }
  std::int16_t* block(std::int64_t c) { return reinterpret_cast<std::int16_t*>(plane_.get()) + c * block_size(); }
  const std::int16_t* block(std::int64_t c) const {
    return reinterpret_cast<const std::int16_t*>(plane_.get()) + c * block_size();
  }
  std::int64_t block_size() const { return chunks_.places() * 32; }
  // The lower bytes of a block; none with 16 bits.
  std::uint8_t* lower(std::int64_t c) { return reinterpret_cast<std::uint8_t*>(lower_.get()) + c * block_size(); }
  const std::uint8_t* lower(std::int64_t c) const { return const_cast<IntegerWeights*>(this)->lower(c); }
  // Largest |w| of each 32 × 32 tile, row_blocks() × col_blocks(), as the bits of a float: whoever writes the plane
  // writes it. settle() then finds the exponent; false if it is another than that of the plane.
  std::vector<std::uint32_t>& tile_largest() { return tile_largest_; }
  [[nodiscard]] bool settle();
  bool finite() const;  // whether every weight was
  // Whether four rows of the block may be summed in 16 bits: of 32 columns, or of 32 rows.
  bool col_block_is_narrow(std::int64_t c) const { return col_narrow_[std::size_t(c)]; }
  bool row_block_is_narrow(std::int64_t r) const { return row_narrow_[std::size_t(r)]; }

 private:
  // Where an integer of this row begins in its block.
  std::int64_t place(std::int64_t row) const { return (chunks_.place(row / 32) + row % 32) * 32; }

  std::int64_t rows_ = 0, cols_ = 0;
  int bits_ = 16, exponent_ = 0, fitting_ = 0, limit_ = 0;
  double largest_field_ = 0;
  RowChunks chunks_;
  AlignedBytes plane_, lower_;
  std::vector<std::uint32_t> tile_largest_;
  std::vector<bool> col_narrow_, row_narrow_;
};

// To the nearest, ties to even: the sum has the integer in its lowest bits.    |x| ≤ 2³¹
inline std::int32_t nearest_integer(float x) {
  return std::int32_t(std::uint32_t(std::bit_cast<std::uint64_t>(double(x) + 0x1.8p52)));
}

// out ← weight.    (rows, cols) f32
void quantise(Context& ctx, ConstMatrix weight, IntegerWeights& out);

}  // namespace deepboltz
