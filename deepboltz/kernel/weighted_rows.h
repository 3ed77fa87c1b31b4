// Rows of integer weights, each with a factor of 16 bits, that cases add: changes of means (fixed_means.h), grey pixels
// (grey_cases.h).
//
//   sum_rj = Σ over the list of case r of factor · q_row,j      exact, modulo 2³²
//
// cpu/weighted_rows_simd.cpp adds two rows in one dot product of 16-bit lanes; weighted_rows.cpp has the loop that says
// the same.
#pragma once

#include "deepboltz/kernel/integer_products.h"

namespace deepboltz {

// The lists. Format, known to kernel/ only: of every case, in chunks of units as the weights' rows come in, places (in
// bytes, a row of weights is 64) with their factors, padded to a multiple of four with the row of zeros.
class WeightedRows {
 public:
  WeightedRows() = default;
  WeightedRows(std::int64_t capacity, std::int64_t units);

  std::int64_t cases() const { return cases_; }
  std::int64_t units() const { return units_; }
  // `cases` cases that add nothing.
  void reset(std::int64_t cases);

  static constexpr std::int64_t kStride = 32 * RowChunks::kMostWords + 40;  // with room for a vector behind it
  const RowChunks& chunks() const { return chunks_; }
  std::uint16_t* places(std::int64_t r, std::int64_t chunk) { return list(places_, r, chunk); }
  const std::uint16_t* places(std::int64_t r, std::int64_t chunk) const { return list(places_, r, chunk); }
  std::int16_t* factors(std::int64_t r, std::int64_t chunk) {
    return reinterpret_cast<std::int16_t*>(list(factors_, r, chunk));
  }
  const std::int16_t* factors(std::int64_t r, std::int64_t chunk) const {
    return reinterpret_cast<const std::int16_t*>(list(factors_, r, chunk));
  }
  std::int64_t length(std::int64_t r, std::int64_t chunk) const { return lengths_[std::size_t(at(r, chunk))]; }
  // Pads a list of `length` rows.
  void close(std::int64_t r, std::int64_t chunk, std::int64_t length);

 private:
  std::int64_t at(std::int64_t r, std::int64_t chunk) const { return r * chunks_.count + chunk; }
  std::uint16_t* list(const AlignedBytes& lists, std::int64_t r, std::int64_t chunk) const {
    return reinterpret_cast<std::uint16_t*>(lists.get()) + at(r, chunk) * kStride;
  }

  AlignedBytes places_, factors_;
  std::vector<std::int32_t> lengths_;
  RowChunks chunks_;
  std::int64_t units_ = 0, cases_ = 0;
};

// The sums of a layer. Format, known to kernel/ only: blocks of 32 units; in a block first units 0–3, 8–11, 16–19 and
// 24–27, then the others: the order in which interleaved rows of 16-bit lanes add up.
class RowSums {
 public:
  RowSums() = default;
  RowSums(std::int64_t capacity, std::int64_t units)
      : data_(allocate_aligned(std::size_t(capacity * ((units + 31) / 32) * 32) * sizeof(std::int32_t))),
        blocks_((units + 31) / 32),
        units_(units) {}

  std::int64_t units() const { return units_; }
  std::int64_t blocks() const { return blocks_; }
  std::int32_t* block(std::int64_t r, std::int64_t b) {
    return reinterpret_cast<std::int32_t*>(data_.get()) + (r * blocks_ + b) * 32;
  }
  const std::int32_t* block(std::int64_t r, std::int64_t b) const { return const_cast<RowSums*>(this)->block(r, b); }
  static constexpr std::int64_t place(std::int64_t unit) {  // in its block
    return unit % 8 / 4 * 16 + unit % 32 / 8 * 4 + unit % 4;
  }

 private:
  AlignedBytes data_;
  std::int64_t blocks_ = 0, units_ = 0;
};

// sums += what the cases of `from` add.    weights: of 16 bits
void add_rows(Context& ctx, const IntegerWeights& weights, Direction direction, const WeightedRows& from,
              RowSums& sums);

}  // namespace deepboltz
